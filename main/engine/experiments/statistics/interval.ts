/**
 * What every estimate of an experiment comes with.
 */
import tQuantile from '@stdlib/stats-base-dists-t-quantile';

/** Chance with which every interval holds the truth, and with which nothing is found where there is nothing. */
export const level = 0.95;

/** A value between two bounds. */
export interface Interval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** With n − 1; 0 for fewer than two values. */
export function variance(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const centre = mean(values);
  return values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1);
}

/** Student's interval of the mean of values that do not depend on each other; null for fewer than two. */
export function meanInterval(values: readonly number[]): Interval | null {
  const count = values.length;
  if (count < 2) return null;
  const value = mean(values);
  const half = tQuantile((1 + level) / 2, count - 1) * Math.sqrt(variance(values) / count);
  return { value, low: value - half, high: value + half };
}
