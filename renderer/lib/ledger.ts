/**
 * Today's counts on screen: sums read from the station plus the crossings announced since, each exactly once.
 *
 *   station's ledger   1 2 3 … 41 │ 42 43 44
 *                      in the sum │ announced, added by id
 */
import type { Crossing, LineId, Tally } from '#contract/counting.ts';

export interface LineCount {
  readonly in: number;
  readonly out: number;
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
  for (const tally of reading.tallies) {
    const count = counts.get(tally.lineId) ?? noCount;
    counts.set(tally.lineId, { in: count.in + tally.in, out: count.out + tally.out });
  }
  const ledger: Ledger = {
    from: reading.from,
    counts,
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
  // Written after midnight, seen before: it belongs to yesterday.
  if (crossing.at >= ledger.from) {
    const count = counts.get(crossing.lineId) ?? noCount;
    counts.set(crossing.lineId, {
      ...count,
      [crossing.direction]: count[crossing.direction] + 1,
    });
  }
  return {
    ...ledger,
    counts,
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

export const noCount: LineCount = { in: 0, out: 0 };
