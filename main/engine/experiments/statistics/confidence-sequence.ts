/**
 * An interval that may be looked at after every value and still holds the truth at all looks together.
 *
 *   ────╲                       it is wider than the usual interval, which holds the truth
 *         ╲_____________        at one look that was chosen beforehand
 *         ╱‾‾‾‾‾‾‾‾‾‾‾‾‾
 *   ────╱
 */
import { level, mean, variance, type Interval } from './interval.ts';

/** Before so many values the theory, which is of large samples, does not hold. */
export const leastValues = 20;

export interface SequenceOptions {
  readonly alpha?: number;
  /** Number of values at which it is to be tightest */
  readonly tightestAt?: number;
}

/**
 * Asymptotic confidence sequence for a mean (Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas 2021, arXiv:2103.06476, theorem
 * 2.2), with their approximation of the ρ that is tightest at one time.
 * @returns null with fewer than `leastValues`
 */
export function confidenceSequence(
  values: readonly number[],
  { alpha = 1 - level, tightestAt = 100 }: SequenceOptions = {},
): Interval | null {
  const t = values.length;
  if (t < leastValues) return null;
  const value = mean(values);
  const deviation = Math.sqrt((variance(values) * (t - 1)) / t);
  const half = deviation * sequenceMargin(t, { alpha, tightestAt });
  return { value, low: value - half, high: value + half };
}

/** Half of the width for a deviation of 1 after t values. */
export function sequenceMargin(
  t: number,
  { alpha = 1 - level, tightestAt = 100 }: SequenceOptions = {},
): number {
  const twice = -2 * Math.log(alpha);
  const rho2 = (twice + Math.log(twice + 1)) / tightestAt;
  const spread = t * rho2 + 1;
  return Math.sqrt(((2 * spread) / (t ** 2 * rho2)) * Math.log(Math.sqrt(spread) / alpha));
}
