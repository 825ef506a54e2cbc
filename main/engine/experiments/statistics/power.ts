/**
 * How long an experiment must run, before it starts.
 */
import normalQuantile from '@stdlib/stats-base-dists-normal-quantile';
import { level } from './interval.ts';

/** What one expects of a paired comparison. */
export interface ExpectedPairs {
  /** Share of all events that only the one arm gets right, and only the other */
  readonly onlyA: number;
  readonly onlyB: number;
  /** Chance to find the difference if it is so large */
  readonly power?: number;
}

/**
 * Events that both arms must have seen so that McNemar's test finds the difference (Connor 1987).
 * @returns Infinity when there is nothing to find
 */
export function eventsNeeded({ onlyA, onlyB, power = 0.8 }: ExpectedPairs): number {
  const discordant = onlyA + onlyB;
  const difference = Math.abs(onlyA - onlyB);
  if (difference === 0) return Infinity;
  const alpha = normalQuantile(1 - (1 - level) / 2, 0, 1);
  const beta = normalQuantile(power, 0, 1);
  const root = alpha * Math.sqrt(discordant) + beta * Math.sqrt(discordant - difference ** 2);
  return Math.ceil((root / difference) ** 2);
}
