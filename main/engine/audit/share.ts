/**
 * Estimates a share (recall, precision) from a stratified sample of clips, with an interval that respects the strata and
 * that events of one clip resemble each other.
 */
import { betaQuantile, studentQuantile } from './beta.ts';

/** Chance with which every interval of the station holds the truth. */
export const intervalLevel = 0.95;

/** What one clip says: so many events of which so many are hits. */
export interface ClipTally {
  /** Place in the list of strata */
  readonly stratum: number;
  readonly hits: number;
  readonly events: number;
}

export interface Share {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** Events in the sample */
  readonly events: number;
  /** Independent events that would tell as much */
  readonly effective: number;
}

/**
 * Combined ratio estimate over the strata (Cochran 1977, §6.11), its variance by linearisation with clips as clusters (Särndal,
 * Swensson and Wretman 1992, §5.7), and the interval of Clopper and Pearson (1934) at the effective sample size, as Korn and
 * Graubard (1998) give it for surveys. There is no correction for a finite number of slots: the figures are used for the
 * days after the sample too. A stratum with one clip scatters round the mean of all.
 * @param sizes slots of each stratum
 * @returns null when the sample has no event
 */
export function estimateShare(
  sizes: readonly number[],
  clips: readonly ClipTally[],
  level = intervalLevel,
): Share | null {
  const events = clips.reduce((sum, clip) => sum + clip.events, 0);
  if (events === 0) return null;
  const weights = weightsOf(sizes, clips);
  const weighted = clips.map((clip) => ({ ...clip, weight: weights.get(clip.stratum) ?? 0 }));
  const total = weighted.reduce((sum, clip) => sum + clip.weight * clip.events, 0);
  const value = weighted.reduce((sum, clip) => sum + clip.weight * clip.hits, 0) / total;
  const scatter = weighted.map(({ stratum, weight, hits, events: of }) => ({
    stratum,
    value: (weight * (hits - value * of)) / total,
  }));
  const variance = varianceOf(scatter);
  const effective = effectiveSize({ value, variance, events, weighted, total, level });
  const hits = value * effective;
  const tail = (1 - level) / 2;
  return {
    value,
    low: value <= 0 ? 0 : betaQuantile(tail, hits, effective - hits + 1),
    high: value >= 1 ? 1 : betaQuantile(1 - tail, hits + 1, effective - hits),
    events,
    effective,
  };
}

/** Slots for which each clip stands. Slots of a stratum without a clip go to the nearest one with some. */
function weightsOf(sizes: readonly number[], clips: readonly ClipTally[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const { stratum } of clips) counts.set(stratum, (counts.get(stratum) ?? 0) + 1);
  const held = new Map<number, number>();
  sizes.forEach((size, index) => {
    const nearest = [...counts.keys()].reduce((best, stratum) =>
      Math.abs(stratum - index) < Math.abs(best - index) ? stratum : best,
    );
    held.set(nearest, (held.get(nearest) ?? 0) + size);
  });
  return new Map([...held].map(([stratum, size]) => [stratum, size / (counts.get(stratum) ?? 1)]));
}

interface Scatter {
  readonly stratum: number;
  readonly value: number;
}

/** Sum over the strata of n ÷ (n − 1) × Σ (z − mean)². */
function varianceOf(scatter: readonly Scatter[]): number {
  const groups = Map.groupBy(scatter, ({ stratum }) => stratum);
  const grand = scatter.reduce((sum, { value }) => sum + value, 0) / scatter.length;
  return [...groups.values()].reduce((sum, members) => {
    if (members.length === 1) return sum + ((members[0]?.value ?? 0) - grand) ** 2;
    const mean = members.reduce((part, { value }) => part + value, 0) / members.length;
    const squares = members.reduce((part, { value }) => part + (value - mean) ** 2, 0);
    return sum + (members.length / (members.length - 1)) * squares;
  }, 0);
}

interface Sample {
  readonly value: number;
  readonly variance: number;
  readonly events: number;
  readonly weighted: readonly (ClipTally & { readonly weight: number })[];
  readonly total: number;
  readonly level: number;
}

/**
 * Events that would tell as much if they were independent, at most as many as there are. Few clips know their own scatter badly,
 * for which Student's t makes up; when all or none are hits the scatter says nothing, and the uneven weights alone count (Kish 1965).
 */
function effectiveSize({ value, variance, events, weighted, total, level }: Sample): number {
  const squares = weighted.reduce((sum, clip) => sum + clip.weight ** 2 * clip.events, 0);
  const kish = Math.min(events, total ** 2 / squares);
  if (variance <= 0 || value <= 0 || value >= 1) return kish;
  const strata = new Set(weighted.map(({ stratum }) => stratum)).size;
  const df = Math.max(1, weighted.length - strata);
  const doubt =
    events < 2 ? 1 : (studentQuantile(level, events - 1) / studentQuantile(level, df)) ** 2;
  return Math.min(events, Math.max(1, ((value * (1 - value)) / variance) * doubt));
}
