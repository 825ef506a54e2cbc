/**
 * From a recording to a certificate: the slots that could be drawn, the comparison of one clip, and what all clips say.
 */
import type { BlindClip, BlindMark, ClipVerdicts, Disagreement } from '#contract/blind-count.ts';
import type { CountedQuality } from '#contract/certificate.ts';
import type { Crossing, Direction, Sums } from '#contract/counting.ts';
import type { TimeSpan } from '#contract/coverage.ts';
import { matchEvents } from './audit/match.ts';
import type { Slot } from './audit/sample.ts';
import { type ClipTally, estimateShare } from './audit/share.ts';
import type { AliasEvent, BlindCountPlan, StoredClip } from './store/records.ts';

/** What a film shows before and after its clip, ms, so that nobody is cut off in the middle of a step. */
export const marginMs = 2_000;

export interface SlotWish {
  readonly lineId: string;
  readonly clipMs: number;
  /** Recorded time without holes */
  readonly recorded: readonly TimeSpan[];
  /** Times in which nothing was counted */
  readonly gaps: readonly TimeSpan[];
  /** In any order */
  readonly crossings: readonly Pick<Crossing, 'at'>[];
  /** Hour of the day at the site of a Unix time in ms */
  readonly hourOf: (at: number) => number;
}

/** Stretches of equal length that were recorded with their margins and counted without a gap. */
export function slotsOf(wish: SlotWish): Slot[] {
  const { lineId, clipMs } = wish;
  const times = wish.crossings.map(({ at }) => at).sort((a, b) => a - b);
  const gaps = wish.gaps.toSorted((a, b) => a.from - b.from);
  const slots: Slot[] = [];
  let next = 0;
  let gap = 0;
  for (const span of wish.recorded.toSorted((a, b) => a.from - b.from)) {
    for (let from = span.from + marginMs; from + clipMs + marginMs <= span.to; from += clipMs) {
      const to = from + clipMs;
      while ((gaps[gap]?.to ?? Infinity) <= from) gap += 1;
      if ((gaps[gap]?.from ?? Infinity) < to) continue;
      while ((times[next] ?? Infinity) < from) next += 1;
      let end = next;
      while ((times[end] ?? Infinity) < to) end += 1;
      slots.push({ lineId, from, to, hour: wish.hourOf(from), counted: end - next });
    }
  }
  return slots;
}

/**
 * Since when the champion of a camera is the one that it is now, Unix time in ms: its own newest move, or the site's where
 * it has none; taking its own away counts as a move. 0 when nobody ever became champion. `history` is newest first.
 */
export function championSince(
  history: readonly Pick<AliasEvent, 'alias' | 'cameraId' | 'digest' | 'at'>[],
  cameraId: string,
): number {
  const moves = history.filter(({ alias }) => alias === 'champion');
  const own = moves.find((move) => move.cameraId === cameraId);
  if (own && own.digest !== null) return own.at;
  const site = moves.find((move) => move.cameraId === null);
  return Math.max(own?.at ?? 0, site?.at ?? 0);
}

/** Crossings of the ledger from `from − marginMs` to `to + marginMs`. */
export type StationEvents = readonly Pick<Crossing, 'id' | 'direction' | 'label' | 'at'>[];

export interface ComparedClip {
  readonly agreed: number;
  readonly disagreements: readonly Disagreement[];
  readonly in: DirectionTally;
  readonly out: DirectionTally;
}

export interface DirectionTally {
  /** Crossings that truly happened, and how many of them were counted */
  readonly happened: number;
  readonly found: number;
  /** Crossings that were counted, and how many of them truly happened */
  readonly counted: number;
  readonly right: number;
}

/**
 * Person and station side by side. A pair belongs to the clip when the station's moment does; marks and events in the margins
 * only find their partners.
 */
export function compareClip(
  clip: TimeSpan,
  {
    marks,
    verdicts,
  }: { readonly marks: readonly BlindMark[]; readonly verdicts: ClipVerdicts | null },
  events: StationEvents,
): ComparedClip {
  const isInside = ({ at }: { readonly at: number }) => at >= clip.from && at < clip.to;
  const { pairs, onlyMarked, onlyCounted } = matchEvents(marks, events);
  const agreed = pairs.filter(({ event }) => isInside(event));
  const disagreements: Disagreement[] = [
    ...onlyCounted.filter(isInside).map((event): Disagreement => {
      const { id, direction, label, at } = event;
      const happened = verdicts?.happened.includes(id) ?? false;
      return { kind: 'only-counted', crossingId: id, direction, label, at, happened };
    }),
    ...onlyMarked.filter(isInside).map((event): Disagreement => {
      const mark = marks.findIndex((one) => one === event);
      const happened = !(verdicts?.mistaken.includes(mark) ?? false);
      return { kind: 'only-marked', mark, direction: event.direction, at: event.at, happened };
    }),
  ].sort((a, b) => a.at - b.at);
  const tally = (direction: Direction): DirectionTally => {
    const both = agreed.filter(({ event }) => event.direction === direction).length;
    const of = disagreements.filter((each) => each.direction === direction);
    const counted = of.filter(({ kind }) => kind === 'only-counted');
    const late = counted.filter(({ happened }) => happened).length;
    const missed = of.filter(({ kind, happened }) => kind === 'only-marked' && happened).length;
    return {
      happened: both + late + missed,
      found: both + late,
      counted: both + counted.length,
      right: both + late,
    };
  };
  return { agreed: agreed.length, disagreements, in: tally('in'), out: tally('out') };
}

/** What the clips say together. Skipped ones are left out. */
export function qualityOfClips(
  plan: Pick<BlindCountPlan, 'strata'>,
  clips: readonly { readonly stratum: number; readonly compared: ComparedClip }[],
): Record<Direction | 'both', CountedQuality> {
  const sizes = plan.strata.map(({ size }) => size);
  const share = (of: (clip: ComparedClip) => Omit<ClipTally, 'stratum'>) =>
    estimateShare(
      sizes,
      clips.map(({ stratum, compared }) => ({ stratum, ...of(compared) })),
    );
  const quality = (pick: (clip: ComparedClip) => DirectionTally): CountedQuality => ({
    recall: share((clip) => ({ hits: pick(clip).found, events: pick(clip).happened })),
    precision: share((clip) => ({ hits: pick(clip).right, events: pick(clip).counted })),
  });
  return {
    in: quality((clip) => clip.in),
    out: quality((clip) => clip.out),
    both: quality(({ in: into, out }) => ({
      happened: into.happened + out.happened,
      found: into.found + out.found,
      counted: into.counted + out.counted,
      right: into.right + out.right,
    })),
  };
}

/** Sums over the clips. */
export function eventsOf(
  clips: readonly ComparedClip[],
  pick: (tally: DirectionTally) => number,
): Sums {
  const sum = (direction: Direction) =>
    clips.reduce((total, clip) => total + pick(clip[direction]), 0);
  return { in: sum('in'), out: sum('out') };
}

export function stateOf({ doneAt, skipped }: StoredClip): BlindClip['state'] {
  if (doneAt === null) return 'open';
  return skipped === null ? 'marked' : 'skipped';
}
