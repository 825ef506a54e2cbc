/**
 * How many are on the site: in − out over all doors, corrected only by logged corrections, each with its reason.
 *
 *   count = last correction + in − out since        doubt grows with every crossing since
 */
import { z } from 'zod';
import type { Direction } from '#contract/counting.ts';
import type { OccupancyCorrection, SiteOccupancy } from '#contract/site-occupancy.ts';
import { assertNever } from '#engine/base/assert.ts';

/** What is told to the site, in the order of time; times are Unix ms. */
export type SiteFact =
  /** Somebody crossed a door; `in` is into the site */
  | { readonly kind: 'crossing'; readonly at: number; readonly direction: Direction }
  /** So many were seen inside at one time, over zones that do not overlap */
  | { readonly kind: 'seen'; readonly at: number; readonly count: number }
  /** The site is known to be empty now */
  | { readonly kind: 'empty'; readonly at: number }
  /** A person counted */
  | { readonly kind: 'set'; readonly at: number; readonly count: number; readonly note: string };

export const SiteCheckpoint = z.object({
  count: z.number().int().nonnegative(),
  correctedAt: z.number().int().nullable(),
  crossingsSince: z.number().int().nonnegative(),
  /** Most that were seen inside at one time and are not known to have left */
  seenInside: z.number().int().nonnegative(),
});
export type SiteCheckpoint = z.infer<typeof SiteCheckpoint>;

export interface SiteCounter {
  /** Takes in a fact → the correction that it made, to be logged before anything is shown; null when none was needed. */
  tell(fact: SiteFact): OccupancyCorrection | null;
  reading(): SiteOccupancy;
  /** All state as plain JSON. */
  checkpoint(): SiteCheckpoint;
  /** Goes on from a checkpoint. Throws a ZodError when it is none. */
  restore(checkpoint: unknown): void;
}

/** 95 % of a normal spread lie within so many deviations. */
const deviations = 1.96;

/**
 * Makes a counter of one site. `errorShare` is the share of crossings that are missed or false, from the last audit; errors are taken as
 * independent, so the doubt after n crossings has a deviation of √(n × errorShare).
 */
export function createSiteCounter(errorShare: number): SiteCounter {
  let state: SiteCheckpoint = { count: 0, correctedAt: null, crossingsSince: 0, seenInside: 0 };

  const correct = (
    to: number,
    why: Pick<OccupancyCorrection, 'at' | 'reason' | 'note'>,
  ): OccupancyCorrection => {
    const before = state.count;
    state = { count: to, correctedAt: why.at, crossingsSince: 0, seenInside: 0 };
    return { ...why, before, after: to };
  };

  const cross = (fact: { readonly at: number; readonly direction: Direction }) => {
    const { count, seenInside } = state;
    const crossingsSince = state.crossingsSince + 1;
    if (fact.direction === 'in') {
      state = { ...state, crossingsSince, count: count + 1 };
      return null;
    }
    if (count > 0) {
      const stillInside = Math.max(0, seenInside - 1);
      state = { ...state, crossingsSince, count: count - 1, seenInside: stillInside };
      return null;
    }
    // One was inside whom nobody had seen come in; with him gone it is nobody again, and the doubt stays.
    state = { ...state, crossingsSince, correctedAt: fact.at };
    return {
      at: fact.at,
      before: 0,
      after: 0,
      reason: 'more-out-than-in',
      note: '',
    } satisfies OccupancyCorrection;
  };

  const see = (fact: { readonly at: number; readonly count: number }) => {
    if (fact.count <= state.count) {
      state = { ...state, seenInside: Math.max(state.seenInside, fact.count) };
      return null;
    }
    const { crossingsSince } = state;
    const correction = correct(fact.count, { at: fact.at, reason: 'seen-inside', note: '' });
    // What is seen is the least that is there: the doubt about the rest does not shrink.
    state = { ...state, crossingsSince, seenInside: fact.count };
    return correction;
  };

  return {
    tell(fact) {
      switch (fact.kind) {
        case 'crossing':
          return cross(fact);
        case 'seen':
          return see(fact);
        case 'empty':
          if (state.count === 0 && state.crossingsSince === 0) return null;
          return correct(0, { at: fact.at, reason: 'known-empty', note: '' });
        case 'set':
          return correct(fact.count, { at: fact.at, reason: 'set-by-hand', note: fact.note });
        default:
          return assertNever(fact);
      }
    },
    reading() {
      const { count, correctedAt, crossingsSince, seenInside } = state;
      const doubt = Math.ceil(deviations * Math.sqrt(crossingsSince * errorShare));
      return {
        count,
        low: Math.min(count, Math.max(0, seenInside, count - doubt)),
        high: count + doubt,
        correctedAt,
        crossingsSince,
      };
    },
    checkpoint: () => ({ ...state }),
    restore(checkpoint) {
      state = SiteCheckpoint.parse(checkpoint);
    },
  };
}
