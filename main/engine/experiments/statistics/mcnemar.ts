/**
 * McNemar's test of paired events: of those on which two arms differ, does one win more often than by chance?
 *
 *                     B counts    B does not
 *   A counts             ·            b
 *   A does not           c            ·          under the null hypothesis b of b + c is a fair coin
 */
import binomialPmf from '@stdlib/stats-base-dists-binomial-pmf';
import binomialTest from '@stdlib/stats-binomial-test';
import { level, type Interval } from './interval.ts';

export interface McNemarResult {
  /** Exact conditional test, two-sided */
  readonly exactP: number;
  /** With half of the chance of what was seen: it keeps its level and finds more (Fagerland, Lydersen and Laake 2013) */
  readonly midP: number;
  /** Share of b among b + c, Clopper and Pearson (1934) */
  readonly share: Interval;
}

/** Null where no pair differs. */
export function mcNemar(b: number, c: number): McNemarResult | null {
  const n = b + c;
  if (n === 0) return null;
  const result = binomialTest(b, n, { p: 0.5, alpha: 1 - level });
  const [low = 0, high = 1] = Array.from(result.ci as ArrayLike<number>);
  const exactP = Math.min(1, result.pValue);
  const seen = binomialPmf(b, n, 0.5);
  const midP = b === c ? 1 - seen / 2 : exactP - seen;
  return { exactP, midP, share: { value: b / n, low, high } };
}

/**
 * The same question, but it may be asked again after every pair: 1 ÷ the largest ratio of what a mixture of all coins (Jeffreys'
 * prior; Krichevsky and Trofimov 1981) says about the pairs to what the fair one says. The ratio is a martingale, so that by
 * Ville's inequality it ever exceeds 1 ÷ α with a chance of at most α (Robbins 1970). Exact from the first pair on.
 * @returns a value that may be compared with α at any time
 */
export function mcNemarAnytime(b: number, c: number): number {
  let logRatio = (b + c) * Math.LN2;
  for (let i = 0; i < b; i++) logRatio += Math.log(i + 0.5);
  for (let i = 0; i < c; i++) logRatio += Math.log(i + 0.5);
  for (let i = 1; i <= b + c; i++) logRatio -= Math.log(i);
  return Math.min(1, Math.exp(-logRatio));
}
