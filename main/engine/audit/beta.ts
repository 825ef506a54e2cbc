/**
 * Quantiles of the distributions that the intervals need, all from the beta quantile of stdlib.
 */
import quantile from '@stdlib/stats-base-dists-beta-quantile';

/** Below this share of a beta distribution lies `p`. */
export function betaQuantile(p: number, a: number, b: number): number {
  return quantile(p, a, b);
}

/**
 * Two-sided quantile of Student's t: t² ÷ (df + t²) follows a beta distribution with 1/2 and df/2.
 * @param level such as 0.95
 */
export function studentQuantile(level: number, df: number): number {
  const share = betaQuantile(level, 0.5, df / 2);
  return Math.sqrt((df * share) / (1 - share));
}

/**
 * Quantile of the beta-prime distribution (Pearson VI) with this mean and variance: x ÷ (1 − x) of a beta quantile x
 * (Johnson, Kotz and Balakrishnan 1995, vol. 2, ch. 27). It is positive, skewed to the right and comes out as the gamma
 * and the negative binomial do, of which it is the continuous relative.
 */
export function betaPrimeQuantile(p: number, mean: number, variance: number): number {
  if (variance <= 0) return mean;
  const b = 2 + (mean * (mean + 1)) / variance;
  const share = betaQuantile(p, mean * (b - 1), b);
  return share >= 1 ? Number.POSITIVE_INFINITY : share / (1 - share);
}
