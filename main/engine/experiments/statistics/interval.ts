/**
 * What every estimate of an experiment comes with.
 */

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
