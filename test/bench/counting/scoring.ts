/**
 * Compares what a rule counted with what truly happened: events, counts, and how sure the figures are.
 */
import type { Size } from '#contract/geometry.ts';
import { assign } from '#engine/tracking/assignment.ts';
import type { IdBox } from './mot.ts';
import type { Random } from '#test/random.ts';
import type { RuleCrossing } from './rules.ts';
import { iou } from './tracking-metrics.ts';
import type { TrueEvent } from './walks.ts';

/** Sums over one line (and all seeds), which can be added. */
export interface Score {
  readonly hits: number;
  readonly misses: number;
  readonly falseAlarms: number;
  /** Σ |count − truth| and Σ (count − truth) by line and direction, and Σ truth */
  readonly countError: number;
  readonly countBias: number;
  readonly truth: number;
}

export const noScore: Score = {
  hits: 0,
  misses: 0,
  falseAlarms: 0,
  countError: 0,
  countBias: 0,
  truth: 0,
};

export interface Figures {
  readonly recall: number;
  readonly precision: number;
  readonly f1: number;
  readonly wape: number;
  readonly bias: number;
}

/** A crossing may be so much before or after the true interval. */
const toleranceSeconds = 1;
const minOverlap = 0.5;

/** Whether a counted crossing can be that of a true event. */
export type IsSame = (crossing: RuleCrossing, event: TrueEvent) => boolean;

/** By direction and time alone. */
export const byTime: IsSame = (crossing, event) =>
  crossing.direction === event.direction &&
  crossing.seconds >= event.from - toleranceSeconds - 1e-9 &&
  crossing.seconds <= event.to + toleranceSeconds + 1e-9;

/** By time, and the counted box is that of the person: boxes of the true person come from `boxAt`. */
export function byPerson(
  size: Size,
  boxAt: (id: number, seconds: number) => IdBox | undefined,
): IsSame {
  return (crossing, event) => {
    if (!byTime(crossing, event)) return false;
    const truth = boxAt(event.id, crossing.seconds);
    if (truth === undefined) return false;
    const { box } = crossing;
    const counted = {
      ...truth,
      x: box.x * size.width,
      y: box.y * size.height,
      width: box.width * size.width,
      height: box.height * size.height,
    };
    return iou(truth, counted) >= minOverlap;
  };
}

/** Scores one line of one run. */
export function scoreLine(
  crossings: readonly RuleCrossing[],
  events: readonly TrueEvent[],
  isSame: IsSame,
): Score {
  const definite = events.filter((event) => event.isDefinite);
  const hits = pairUp(crossings, definite, isSame);
  const rest = crossings.filter((_, index) => !hits.has(index));
  const excused = pairUp(
    rest,
    events.filter((event) => !event.isDefinite),
    isSame,
  );
  const falseAlarms = rest.filter((_, index) => !excused.has(index));
  const counted = [...crossings.filter((_, index) => hits.has(index)), ...falseAlarms];
  const errors = (['in', 'out'] as const).map(
    (direction) =>
      counted.filter((crossing) => crossing.direction === direction).length -
      definite.filter((event) => event.direction === direction).length,
  );
  return {
    hits: hits.size,
    misses: definite.length - hits.size,
    falseAlarms: falseAlarms.length,
    countError: errors.reduce((sum, error) => sum + Math.abs(error), 0),
    countBias: errors.reduce((sum, error) => sum + error, 0),
    truth: definite.length,
  };
}

/** Sums of several scores. */
export function addScores(scores: readonly Score[]): Score {
  const total = { ...noScore };
  for (const score of scores) {
    total.hits += score.hits;
    total.misses += score.misses;
    total.falseAlarms += score.falseAlarms;
    total.countError += score.countError;
    total.countBias += score.countBias;
    total.truth += score.truth;
  }
  return total;
}

/** The shares that are reported. */
export function figuresOf(score: Score): Figures {
  const { hits, misses, falseAlarms, truth } = score;
  return {
    recall: hits / (hits + misses),
    precision: hits / (hits + falseAlarms),
    f1: (2 * hits) / (2 * hits + misses + falseAlarms),
    wape: score.countError / truth,
    bias: score.countBias / truth,
  };
}

const resamples = 1000;

/** Interval of 95 % for f1, by drawing the lines anew (the seeds of a line stay together). */
export function boundF1(byLine: readonly Score[], random: Random): { low: number; high: number } {
  const draws = Array.from({ length: resamples }, () => {
    let hits = 0;
    let errors = 0;
    for (let draw = 0; draw < byLine.length; draw += 1) {
      const score = byLine[Math.floor(random.even() * byLine.length)];
      if (score === undefined) continue;
      hits += score.hits;
      errors += score.misses + score.falseAlarms;
    }
    return (2 * hits) / (2 * hits + errors);
  }).sort((a, b) => a - b);
  const at = (share: number): number => draws[Math.floor(share * (resamples - 1))] ?? Number.NaN;
  return { low: at(0.025), high: at(0.975) };
}

/** Indices of crossings that have an event of their own; as many as possible, the nearest in time first. */
function pairUp(
  crossings: readonly RuleCrossing[],
  events: readonly TrueEvent[],
  isSame: IsSame,
): Set<number> {
  if (crossings.length === 0 || events.length === 0) return new Set();
  const values = Float64Array.from(
    crossings.flatMap((crossing) =>
      events.map((event) => {
        if (!isSame(crossing, event)) return Infinity;
        const off = Math.max(event.from - crossing.seconds, crossing.seconds - event.to, 0);
        return 1e-3 * off;
      }),
    ),
  );
  const costs = { rows: crossings.length, columns: events.length, values };
  return new Set(assign(costs, 1).map(([row]) => row));
}
