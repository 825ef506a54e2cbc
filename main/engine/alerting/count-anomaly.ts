/**
 * Tells whether an hour of a line is unlike the same hour of the weeks before.
 *
 * Counts scatter like a Poisson law, or more: the weeks say how much more (`scatter`). The root of a Poisson count has
 * nearly the same spread whatever its mean, so the distance is taken between roots (Anscombe's).
 */
import { type Said, say } from '#contract/station-sentence.ts';

/** Fewer weeks say too little about what is usual. */
export const leastWeeks = 4;
/** An hour that was observed for less than this share of it is no measure. */
const leastShare = 0.5;
const hourSeconds = 3600;

export interface ObservedCount {
  readonly count: number;
  readonly observedSeconds: number;
}

/** The last hour of a line, and the same hour of each of the weeks before. */
export interface HourOfWeek {
  readonly now: ObservedCount;
  readonly before: readonly ObservedCount[];
}

export type Anomaly =
  | { readonly isKnown: false; readonly reason: Said }
  | {
      readonly isKnown: true;
      /** Distance from what is usual, standard deviations */
      readonly sigma: number;
      readonly weeks: number;
      /** Counts that are less than `limitSigma` away lie between these */
      readonly low: number;
      readonly high: number;
    };

export function findAnomaly({ now, before }: HourOfWeek, limitSigma: number): Anomaly {
  const isObserved = (each: ObservedCount) => each.observedSeconds >= leastShare * hourSeconds;
  if (!isObserved(now)) {
    return { isKnown: false, reason: say('halfObserved') };
  }
  const weeks = before.filter(isObserved);
  if (weeks.length < leastWeeks) {
    const reason = say('tooFewWeeks', { known: weeks.length, needed: leastWeeks });
    return { isKnown: false, reason };
  }
  // As many as would have been counted in the seconds that were observed now.
  const expected = weeks.map((week) => (week.count * now.observedSeconds) / week.observedSeconds);
  const mean = expected.reduce((sum, each) => sum + each, 0) / weeks.length;
  const variance = expected.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (weeks.length - 1);
  const scatter = mean === 0 ? 1 : Math.max(1, variance / mean);
  // The mean itself is known from a few weeks only.
  const spread = Math.sqrt(scatter * (1 + 1 / weeks.length));
  const sigma = Math.abs(root(now.count) - root(mean)) / spread;
  const reach = limitSigma * spread;
  return {
    isKnown: true,
    sigma,
    weeks: weeks.length,
    low: Math.max(0, Math.ceil(unroot(root(mean) - reach))),
    high: Math.floor(unroot(root(mean) + reach)),
  };
}

/** Twice the root, which has a standard deviation of one. */
function root(count: number): number {
  return 2 * Math.sqrt(count + 3 / 8);
}

function unroot(value: number): number {
  return Math.max(0, value / 2) ** 2 - 3 / 8;
}

/** The moment at which the clock on the wall showed the same, `weeks` weeks before `at` (Unix ms). */
export function weeksBefore(at: number, weeks: number, timeZone: string): number {
  const plain = at - weeks * 7 * 24 * hourSeconds * 1000;
  return plain + offsetMs(at, timeZone) - offsetMs(plain, timeZone);
}

/** How far the clocks of a time zone are ahead of UTC, ms. */
function offsetMs(at: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    ...{ timeZone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric' },
    ...{ hour: 'numeric', minute: 'numeric', second: 'numeric' },
  }).formatToParts(at);
  const of = (type: Intl.DateTimeFormatPartTypes) =>
    Number(parts.find((part) => part.type === type)?.value);
  const shown = Date.UTC(
    ...([of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second')] as const),
  );
  return shown - Math.floor(at / 1000) * 1000;
}
