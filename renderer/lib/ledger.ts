/**
 * Today's counts on screen: sums read from the station plus the crossings announced since, each exactly once.
 *
 *   station's ledger   1 2 3 … 41 │ 42 43 44
 *                      in the sum │ announced, added by id
 */
import type { CountBasis, Crossing, LineId, Tally } from '#contract/counting.ts';

export interface LineCount {
  readonly in: number;
  readonly out: number;
}

/** Between which numbers the true counts lie with a chance of 95 %. */
export interface LineInterval {
  readonly low: LineCount;
  readonly high: LineCount;
  readonly basis: CountBasis;
}

/** One consistent reading: `tallies` hold exactly the crossings up to `lastId`. */
export interface LedgerReading {
  /** Start of the day that is summed, Unix time in ms */
  readonly from: number;
  readonly tallies: readonly Tally[];
  /** The newest crossings, newest first */
  readonly recent: readonly Crossing[];
  readonly lastId: number;
}

export interface Ledger {
  readonly from: number;
  readonly counts: ReadonlyMap<LineId, LineCount>;
  /** As read, moved by what was announced since */
  readonly intervals: ReadonlyMap<LineId, LineInterval>;
  readonly recent: readonly Crossing[];
  readonly lastId: number;
  /** Ids beyond `lastId` that are already in `counts` */
  readonly addedIds: ReadonlySet<number>;
  readonly newestId: number;
  /** Whether an id was left out between two announcements, so that one may have been missed */
  readonly hasGap: boolean;
}

/** How many of the newest crossings are kept. */
export const recentLimit = 60;

/** Begins anew from a reading; crossings that were announced while it was read are added where they are missing. */
export function openLedger(reading: LedgerReading, announced: readonly Crossing[]): Ledger {
  const counts = new Map<LineId, LineCount>();
  const intervals = new Map<LineId, LineInterval>();
  for (const tally of reading.tallies) {
    const count = counts.get(tally.lineId) ?? noCount;
    counts.set(tally.lineId, { in: count.in + tally.in, out: count.out + tally.out });
    const { low, high, basis } = tally;
    intervals.set(tally.lineId, { low, high, basis });
  }
  const ledger: Ledger = {
    from: reading.from,
    counts,
    intervals,
    recent: reading.recent.slice(0, recentLimit),
    lastId: reading.lastId,
    addedIds: new Set(),
    newestId: reading.lastId,
    hasGap: false,
  };
  return [...announced].sort((a, b) => a.id - b.id).reduce(addCrossing, ledger);
}

/** Adds one announced crossing; the same ledger when it is already in. */
export function addCrossing(ledger: Ledger, crossing: Crossing): Ledger {
  if (crossing.id <= ledger.lastId || ledger.addedIds.has(crossing.id)) return ledger;
  const counts = new Map(ledger.counts);
  const intervals = new Map(ledger.intervals);
  // Written after midnight, seen before: it belongs to yesterday.
  if (crossing.at >= ledger.from) {
    const count = counts.get(crossing.lineId) ?? noCount;
    counts.set(crossing.lineId, {
      ...count,
      [crossing.direction]: count[crossing.direction] + 1,
    });
    const interval = intervals.get(crossing.lineId);
    if (interval) intervals.set(crossing.lineId, moved(interval, crossing.direction));
  }
  return {
    ...ledger,
    counts,
    intervals,
    recent: [...ledger.recent, crossing].sort((a, b) => b.id - a.id).slice(0, recentLimit),
    addedIds: new Set(ledger.addedIds).add(crossing.id),
    newestId: Math.max(ledger.newestId, crossing.id),
    hasGap: ledger.hasGap || crossing.id > ledger.newestId + 1,
  };
}

/** Sum over the given lines. */
export function totalOf(ledger: Ledger, lineIds: Iterable<LineId>): LineCount {
  let total = noCount;
  for (const lineId of lineIds) {
    const count = ledger.counts.get(lineId) ?? noCount;
    total = { in: total.in + count.in, out: total.out + count.out };
  }
  return total;
}

/** The interval on the sum over the given lines, from the sums of their bounds; null where one was not read yet. */
export function intervalOf(ledger: Ledger, lineIds: Iterable<LineId>): LineInterval | null {
  const known = [...lineIds].map((lineId) => ledger.intervals.get(lineId) ?? null);
  const intervals = known.filter((one) => one !== null);
  if (known.length === 0 || intervals.length < known.length) return null;
  return {
    low: intervals.map(({ low }) => low).reduce(sum),
    high: intervals.map(({ high }) => high).reduce(sum),
    basis: intervals.every(({ basis }) => basis === 'audited') ? 'audited' : 'not-audited',
  };
}

function sum(one: LineCount, other: LineCount): LineCount {
  return { in: one.in + other.in, out: one.out + other.out };
}

function moved({ low, high, basis }: LineInterval, direction: 'in' | 'out'): LineInterval {
  return {
    low: { ...low, [direction]: low[direction] + 1 },
    high: { ...high, [direction]: high[direction] + 1 },
    basis,
  };
}

export const noCount: LineCount = { in: 0, out: 0 };
