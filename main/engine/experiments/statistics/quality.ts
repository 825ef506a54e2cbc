/**
 * Precision, recall and F1 of two arms from verdicts on a sample of their events.
 *
 *   all events     ▌▌▌▌▌▌▌▌▌▌▌▌▌▌  ▌▌▌▌▌▌  ▌▌▌▌      strata: what both counted, only A, only B, differently
 *   verdicts on      ▲    ▲    ▲    ▲▲ ▲▲   ▲▲▲      each stands for size ÷ verdicts of its stratum (Horvitz and Thompson 1952)
 */
import normalQuantile from '@stdlib/stats-base-dists-normal-quantile';
import { level, type Interval } from './interval.ts';

/** What one event adds to an arm: right ones, false ones, missed ones. */
export interface Score {
  readonly right: number;
  readonly wrong: number;
  readonly missed: number;
}

/** Events of one kind of which some were judged. */
export interface JudgedStratum {
  /** How many there are */
  readonly size: number;
  readonly verdicts: readonly { readonly a: Score; readonly b: Score }[];
}

/** Of the events that at least one arm saw: what both missed is in no stratum. */
export interface ArmQuality {
  readonly precision: Interval;
  readonly recall: Interval;
  readonly f1: Interval;
}

export interface PairQuality {
  readonly a: ArmQuality;
  readonly b: ArmQuality;
  /** F1 of A less F1 of B */
  readonly difference: Interval;
  readonly verdicts: number;
}

type Verdict = JudgedStratum['verdicts'][number];
/** A ratio of two sums over all events. */
interface Ratio {
  readonly top: (verdict: Verdict) => number;
  readonly bottom: (verdict: Verdict) => number;
}

/**
 * Combined ratio estimates over the strata with the variance of double sampling for stratification (Cochran 1977, §6.11 and
 * 12.2): of the verdicts within strata, and of the events themselves, so that the figures hold for further events of the same
 * kind. Shares have the interval of Wilson (1927) at the effective sample size (Korn and Graubard 1998). A stratum counts as
 * if it had a little of every score of the others too, or one in which all verdicts agree would seem certain.
 * @returns null when a stratum with events has no verdict, or when nothing is right
 */
export function estimateQuality(strata: readonly JudgedStratum[]): PairQuality | null {
  const known = strata.filter(({ size }) => size > 0);
  if (known.length === 0 || known.some(({ verdicts }) => verdicts.length === 0)) return null;
  const qualityOf = (arm: 'a' | 'b'): ArmQuality => {
    const of = ratiosOf(arm);
    return {
      precision: shareOf(known, of.precision),
      recall: shareOf(known, of.recall),
      f1: shareOf(known, of.f1),
    };
  };
  const [a, b] = [qualityOf('a'), qualityOf('b')];
  if (Number.isNaN(a.f1.value) || Number.isNaN(b.f1.value)) return null;
  const [zA, zB] = [linearised(known, ratiosOf('a').f1), linearised(known, ratiosOf('b').f1)];
  const error = Math.sqrt(varianceOf(known, (verdict) => zA(verdict) - zB(verdict)));
  const value = a.f1.value - b.f1.value;
  const half = z * error;
  const verdicts = known.reduce((sum, stratum) => sum + stratum.verdicts.length, 0);
  return { a, b, difference: { value, low: value - half, high: value + half }, verdicts };
}

/** Verdicts added to a stratum, spread over everything that was seen: its scatter is never nothing. */
const doubt = 0.5;
const z = normalQuantile(1 - (1 - level) / 2, 0, 1);

function ratiosOf(arm: 'a' | 'b'): Record<keyof ArmQuality, Ratio> {
  return {
    precision: {
      top: (verdict) => verdict[arm].right,
      bottom: (verdict) => verdict[arm].right + verdict[arm].wrong,
    },
    recall: {
      top: (verdict) => verdict[arm].right,
      bottom: (verdict) => verdict[arm].right + verdict[arm].missed,
    },
    f1: {
      top: (verdict) => 2 * verdict[arm].right,
      bottom: (verdict) => 2 * verdict[arm].right + verdict[arm].wrong + verdict[arm].missed,
    },
  };
}

function totalOf(strata: readonly JudgedStratum[], value: (verdict: Verdict) => number): number {
  return strata.reduce((sum, { size, verdicts }) => {
    const part = verdicts.reduce((total, verdict) => total + value(verdict), 0);
    return sum + (size * part) / verdicts.length;
  }, 0);
}

/** What one event adds to the error of the ratio (Taylor). */
function linearised(
  strata: readonly JudgedStratum[],
  { top, bottom }: Ratio,
): (verdict: Verdict) => number {
  const total = totalOf(strata, bottom);
  const ratio = totalOf(strata, top) / total;
  return (verdict) => (top(verdict) - ratio * bottom(verdict)) / total;
}

function varianceOf(strata: readonly JudgedStratum[], value: (verdict: Verdict) => number): number {
  const all = strata.reduce((sum, { size }) => sum + size, 0);
  const everywhere = strata.flatMap(({ verdicts }) => verdicts.map(value));
  const grand = totalOf(strata, value) / all;
  let judged = 0;
  let events = 0;
  for (const { size, verdicts } of strata) {
    const values = verdicts.map(value);
    const n = values.length;
    const mixed = [
      ...values.map((each) => ({ each, weight: 1 })),
      ...everywhere.map((each) => ({ each, weight: doubt / everywhere.length })),
    ];
    const centre = mixed.reduce((sum, { each, weight }) => sum + weight * each, 0) / (n + doubt);
    const scatter =
      mixed.reduce((sum, { each, weight }) => sum + weight * (each - centre) ** 2, 0) /
      Math.max(1, n - 1 + doubt);
    judged += size ** 2 * (scatter / n) * (1 - n / size);
    events += size * (scatter + (centre - grand) ** 2);
  }
  return judged + events;
}

function shareOf(strata: readonly JudgedStratum[], ratio: Ratio): Interval {
  const bottom = totalOf(strata, ratio.bottom);
  const value = totalOf(strata, ratio.top) / bottom;
  const error2 = varianceOf(strata, linearised(strata, ratio));
  const verdicts = strata.reduce((sum, stratum) => sum + stratum.verdicts.length, 0);
  const effective = error2 > 0 && value < 1 ? (value * (1 - value)) / error2 : verdicts;
  const spread = z ** 2 / effective;
  const centre = (value + spread / 2) / (1 + spread);
  const half = (z / (1 + spread)) * Math.sqrt((value * (1 - value) + spread / 4) / effective);
  return { value, low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}
