/**
 * Counts beside the truth that a simulated camera knows: sums, and how far they are apart.
 */
import type { TruthComparison } from '#contract/demo.ts';
import type { Direction } from '#contract/counting.ts';

export interface CountAndTruth {
  readonly counted: number;
  readonly truth: number;
}

/** How well a count fits: `exact`, `near` within 2 % or one crossing of the truth, else `off`. */
export type Fit = 'exact' | 'near' | 'off';

const nearShare = 0.02;
const directions: readonly Direction[] = ['in', 'out'];

/** Over all lines and both directions. */
export function sumTruth(comparisons: readonly TruthComparison[]): CountAndTruth {
  const sum = (side: 'counted' | 'truth') =>
    comparisons.reduce((all, one) => all + one[side].in + one[side].out, 0);
  return { counted: sum('counted'), truth: sum('truth') };
}

/** The worst fit of any line and direction: too many on one must not hide too few on another. */
export function worstFit(comparisons: readonly TruthComparison[]): Fit {
  const fits = comparisons.flatMap((one) =>
    directions.map((side) => fitOf({ counted: one.counted[side], truth: one.truth[side] })),
  );
  if (fits.includes('off')) return 'off';
  return fits.includes('near') ? 'near' : 'exact';
}

export function fitOf({ counted, truth }: CountAndTruth): Fit {
  const apart = Math.abs(counted - truth);
  if (apart === 0) return 'exact';
  return apart <= Math.max(1, nearShare * truth) ? 'near' : 'off';
}
