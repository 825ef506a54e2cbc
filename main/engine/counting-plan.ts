/**
 * What is drawn on the picture of one camera: everything that its worker counts with.
 */
import type { Line } from '#contract/counting.ts';
import type { Flow } from '#contract/flow.ts';
import type { Zone } from '#contract/zone.ts';

export interface CountingPlan {
  readonly lines: readonly Line[];
  readonly zones: readonly Zone[];
  readonly flows: readonly Flow[];
}

/** A picture on which nothing is drawn. */
export const emptyPlan: CountingPlan = { lines: [], zones: [], flows: [] };
