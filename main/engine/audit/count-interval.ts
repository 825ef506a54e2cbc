/**
 * The interval on a count: how many there truly were when the station counted so many.
 *
 *   counted C ──precision──▶ right ones M ──recall──▶ true number N = M + missed
 */
import { betaPrimeQuantile } from './beta.ts';
import { intervalLevel, type Share } from './share.ts';

/** What is known of a share: a beta distribution. */
export interface Belief {
  readonly a: number;
  readonly b: number;
}

export interface CountQuality {
  readonly recall: Belief;
  readonly precision: Belief;
  /** How much more misses and false ones scatter than if each were independent; at least 1 */
  readonly scatter: number;
}

/**
 * What the public test measured on twelve pairs of sequence and public detections of people (`bench:counting`, rule `tallywatch`,
 * 2026-11-27): recall 0.57 to 0.98, mean 0.804, deviation 0.143; precision 0.82 to 1.00, mean 0.921, deviation 0.052. A camera that was
 * never audited is taken for one more like these: beta distributions with these means and deviations.
 */
export const notAudited: CountQuality = {
  recall: { a: 5.39, b: 1.31 },
  precision: { a: 23.4, b: 2.01 },
  scatter: 1,
};

/** Jeffreys' distribution at the effective sample size (Brown, Cai and DasGupta 2001). */
export function beliefOf({ value, effective }: Pick<Share, 'value' | 'effective'>): Belief {
  return { a: value * effective + 0.5, b: (1 - value) * effective + 0.5 };
}

/** The moments of 1 ÷ x exist from here on. */
const leastA = 2;

/** Whether recall is known well enough that a count has an upper bound. */
export function hasBounds({ recall }: CountQuality): boolean {
  return recall.a > leastA;
}

export interface CountInterval {
  readonly low: number;
  readonly high: number;
}

/**
 * With recall R and precision P known: M of C is binomial with P; the missed, given M and every N as likely as another beforehand,
 * are negative binomial with M + 1 and R (Bayes on the binomial of M among N). So
 *
 *   E N   = (C P + 1) ÷ R − 1
 *   Var N = C P (1 − P) ÷ R² + (C P + 1) (1 − R) ÷ R²
 *
 * Over the distributions of R and P the law of total variance gives mean and variance in closed form (moments of 1 ÷ R
 * of a beta distribution); the quantiles are those of the beta-prime distribution with these two. Rounded outwards.
 * @param quality must have bounds
 */
export function countInterval(
  counted: number,
  { recall, precision, scatter }: CountQuality,
  level = intervalLevel,
): CountInterval {
  const { a, b } = recall;
  const u = (a + b - 1) / (a - 1);
  const uu = (u * (a + b - 2)) / (a - 2);
  const sum = precision.a + precision.b;
  const p = precision.a / sum;
  const pp = (p * (precision.a + 1)) / (sum + 1);
  const noise = counted * (p - pp) * uu + (counted * p + 1) * (uu - u);
  const square = counted ** 2 * pp + 2 * counted * p + 1;
  const mean = (counted * p + 1) * u - 1;
  const variance = scatter * noise + square * uu - ((counted * p + 1) * u) ** 2;
  const tail = (1 - level) / 2;
  return {
    low: Math.floor(betaPrimeQuantile(tail, mean, variance)),
    high: Math.ceil(betaPrimeQuantile(1 - tail, mean, variance)),
  };
}
