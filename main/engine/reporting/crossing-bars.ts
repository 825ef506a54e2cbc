/**
 * Crossings of both arms over time, in so few bars that a page holds them.
 */
import type { ArmMinute } from '#contract/experiment-event.ts';

/** What both arms counted from one time on. */
export interface ArmCrossings {
  /** Unix time in ms; of a clip, ms from its beginning */
  readonly at: number;
  readonly a: number;
  readonly b: number;
}

const minuteMs = 60_000;
/** Lengths of a bar, minutes */
const lengths = [1, 5, 15, 60, 180, 720, 1440, 10_080];
const mostBars = 48;

/** Bars in which nothing was looked at are left out; oldest first. Pure. */
export function foldCrossings(minutes: readonly ArmMinute[]): ArmCrossings[] {
  for (const length of lengths) {
    const bars = foldBy(minutes, length * minuteMs);
    if (bars.length <= mostBars) return bars;
  }
  return foldBy(minutes, (lengths.at(-1) ?? 1) * minuteMs).slice(-mostBars);
}

function foldBy(minutes: readonly ArmMinute[], lengthMs: number): ArmCrossings[] {
  const bars = new Map<number, { at: number; a: number; b: number }>();
  for (const { minute, arm, crossings } of minutes) {
    const at = Math.floor(minute / lengthMs) * lengthMs;
    const bar = bars.get(at) ?? { at, a: 0, b: 0 };
    bar[arm] += crossings;
    bars.set(at, bar);
  }
  return [...bars.values()].sort((x, y) => x.at - y.at);
}
