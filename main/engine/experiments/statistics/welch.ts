/**
 * Welch's t test: whether two independent samples have the same mean, whatever their scatter (Welch 1947).
 */
import ttest2 from '@stdlib/stats-ttest2';
import { level } from './interval.ts';

export interface WelchResult {
  readonly t: number;
  /** By Welch and Satterthwaite, not whole */
  readonly df: number;
  readonly p: number;
  /** Of the difference of the means, first less second */
  readonly low: number;
  readonly high: number;
}

/** Two-sided; null where a sample has fewer than two values, or where nothing scatters. */
export function welchTest(a: readonly number[], b: readonly number[]): WelchResult | null {
  if (a.length < 2 || b.length < 2 || new Set([...a, ...b]).size < 2) return null;
  const result = ttest2([...a], [...b], { alpha: 1 - level, variance: 'unequal' });
  const [low = -Infinity, high = Infinity] = Array.from(result.ci as ArrayLike<number>);
  return { t: result.statistic, df: result.df, p: result.pValue, low, high };
}
