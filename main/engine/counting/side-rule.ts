/**
 * Decides from the places of one anchor when an object has changed side of a line.
 *
 *        + side                          settled: the side the object is known to be on
 *   ─ ─ ─ ─ ─ ─ ─ ─  two bands           beyond here it changes at once
 *   ─ ─ ─ ─ ─ ─ ─ ─  band                beyond here for 0.12 s, and it changes
 *   ━━━━━━━━━━━━━━━  line                back over the line: the candidate is dropped
 *   ─ ─ ─ ─ ─ ─ ─ ─  band
 *        − side
 */
import { z } from 'zod';
import { momentSeconds } from '#engine/base/time-line.ts';

/** +1 left of the line, −1 right of it. */
export const Side = z.union([z.literal(1), z.literal(-1)]);
export type Side = z.infer<typeof Side>;

/** One look at an object: where its anchor is. */
export interface Sight {
  /** Clock of the counter, seconds */
  readonly clock: number;
  /** Signed distance from the line and the width of the band, px */
  readonly distance: number;
  readonly band: number;
  /** Place along the line as a share of its length */
  readonly along: number;
}

export const SideState = z.object({
  /** Known side; null while the object was only seen inside the band since its birth */
  settled: Side.nullable(),
  /** Distance at birth when that was inside the band; decides the origin */
  originDistance: z.number().nullable(),
  /** First look beyond the band on the other side, not yet settled */
  candidate: z
    .object({
      side: Side,
      sinceClock: z.number(),
      /** Whether the line was passed on its drawn part */
      isOnLine: z.boolean(),
      /** Whether the object, if born inside the band, has moved far enough from there */
      hasMoved: z.boolean(),
    })
    .nullable(),
  last: z.object({ distance: z.number(), along: z.number() }),
  /** Where the last change of sign was, along the line; null before the first */
  passedAlong: z.number().nullable(),
});
export type SideState = z.infer<typeof SideState>;

/** What one look changed. */
export interface SideChange {
  readonly next: SideState;
  /** A candidate stands that did not stand before: this look is the first beyond the band */
  readonly isNewCandidate: boolean;
  /** The settled side changed now; whether it counts is in `counts` */
  readonly settledTo: Side | null;
  readonly counts: boolean;
  /** The candidate that was settled now, with what it knew */
  readonly decided: SideState['candidate'];
}

export const holdSeconds = 0.2;
/** Beyond so many bands the side changes at once. */
export const sureBands = 2;
/** An object born inside the band must move so many bands to be counted. */
const bornInsideBands = 1.2;
/** How far beyond the ends of the line a passage still counts, as a share of its length. */
export const endTolerance = 0.05;

/** The state after the first look. */
export function startSide(sight: Sight): SideState {
  const isInside = Math.abs(sight.distance) < sight.band;
  return {
    settled: isInside ? null : sideOf(sight.distance),
    originDistance: isInside ? sight.distance : null,
    candidate: null,
    last: { distance: sight.distance, along: sight.along },
    passedAlong: null,
  };
}

/** The state after a further look, and what it decided. */
export function stepSide(state: SideState, sight: Sight): SideChange {
  const side = sideOf(sight.distance);
  const home = homeOf(state);
  const bands = Math.abs(sight.distance) / sight.band;
  const passedAlong = passageOf(state, sight);
  const next: SideState = {
    ...state,
    last: { distance: sight.distance, along: sight.along },
    passedAlong,
  };

  if (side === home) {
    const settled = bands >= 1 ? home : state.settled;
    return unchanged({
      ...next,
      settled,
      originDistance: settled === null ? state.originDistance : null,
      candidate: null,
    });
  }
  if (bands < 1) return unchanged(next);

  const hasMoved =
    state.originDistance === null ||
    Math.abs(sight.distance - state.originDistance) >= bornInsideBands * sight.band;
  const candidate = {
    side,
    sinceClock: state.candidate?.sinceClock ?? sight.clock,
    isOnLine: state.candidate?.isOnLine ?? isWithinEnds(passedAlong ?? sight.along),
    hasMoved: hasMoved || state.candidate?.hasMoved === true,
  };
  const withCandidate = { ...next, candidate };
  const isNewCandidate = state.candidate === null;
  const isHeld = sight.clock - candidate.sinceClock >= holdSeconds - momentSeconds;
  if (bands < sureBands && !isHeld) {
    return { next: withCandidate, isNewCandidate, settledTo: null, counts: false, decided: null };
  }
  return { ...settleCandidate(withCandidate), isNewCandidate };
}

/** Settles a standing candidate as it is, because no further look will come. */
export function settleCandidate(state: SideState): SideChange {
  const { candidate } = state;
  if (candidate === null) return unchanged(state);
  return {
    next: { ...state, settled: candidate.side, originDistance: null, candidate: null },
    isNewCandidate: false,
    settledTo: candidate.side,
    counts: candidate.isOnLine && candidate.hasMoved,
    decided: candidate,
  };
}

/** The side an object comes from: settled, or that of its birth. 0 when it was born on the line itself. */
function homeOf(state: SideState): Side | 0 {
  if (state.settled !== null) return state.settled;
  const origin = state.originDistance ?? 0;
  return origin === 0 ? 0 : sideOf(origin);
}

function passageOf(state: SideState, sight: Sight): number | null {
  const { distance, along } = state.last;
  if (sideOf(distance) === sideOf(sight.distance)) return state.passedAlong;
  const share = Math.abs(distance) / (Math.abs(distance) + Math.abs(sight.distance));
  return Number.isFinite(share) ? along + (sight.along - along) * share : sight.along;
}

function isWithinEnds(along: number): boolean {
  return along >= -endTolerance && along <= 1 + endTolerance;
}

function sideOf(distance: number): Side {
  return distance < 0 ? -1 : 1;
}

function unchanged(next: SideState): SideChange {
  return { next, isNewCandidate: false, settledTo: null, counts: false, decided: null };
}
