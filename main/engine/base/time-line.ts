/**
 * A clock that only goes forward, made from the time stamps of a camera, which may repeat, go back or jump.
 */
import { z } from 'zod';

export const TimeLineState = z.object({
  /** Time stamp of the last frame as the camera gave it, seconds; null before the first */
  lastSeconds: z.number().nullable(),
  /** Seconds since the start, never going back */
  clock: z.number().nonnegative(),
  /** Usual time between two frames, seconds */
  intervalSeconds: z.number().positive(),
  /** How often the last time stamp has come again */
  repeats: z.number().int().nonnegative(),
});
export type TimeLineState = z.infer<typeof TimeLineState>;

export interface TimeStep {
  readonly next: TimeLineState;
  /** Seconds since the frame before; 0 when the time stamp repeats */
  readonly stepSeconds: number;
  /** The time stamps went back by more than a reordered frame does: another time line has begun */
  readonly isBroken: boolean;
}

/** Clocks are sums of steps: what differs by less is the same moment, so that a limit that is met exactly is met everywhere. */
export const momentSeconds = 1e-6;

/** A step back up to this is a reordered or corrected time stamp, and the scene goes on. */
const maxReorderSeconds = 1;
/** Only steps up to this are frames of a running camera; longer ones are gaps and say nothing about its rate. */
const maxIntervalSeconds = 0.6;
/** A stamp that comes again once or twice is a doubled frame; one that goes on repeating is a clock that stands. */
const maxRepeats = 2;
/** Weight of the newest step in the usual interval. */
const intervalWeight = 0.1;

/** A time line before its first frame, at the expected frames per second. */
export function startTimeLine(fps: number): TimeLineState {
  return { lastSeconds: null, clock: 0, intervalSeconds: 1 / fps, repeats: 0 };
}

/** Goes on to the frame with this time stamp. A stamp that goes back, or a clock that stands, counts as one usual interval. */
export function stepTimeLine(state: TimeLineState, seconds: number): TimeStep {
  const elapsed = state.lastSeconds === null ? 0 : seconds - state.lastSeconds;
  const repeats = state.lastSeconds !== null && elapsed === 0 ? state.repeats + 1 : 0;
  const stepSeconds = elapsed < 0 || repeats > maxRepeats ? state.intervalSeconds : elapsed;
  const isUsual = elapsed > 0 && elapsed <= maxIntervalSeconds;
  const intervalSeconds = isUsual
    ? state.intervalSeconds + intervalWeight * (elapsed - state.intervalSeconds)
    : state.intervalSeconds;
  return {
    next: { lastSeconds: seconds, clock: state.clock + stepSeconds, intervalSeconds, repeats },
    stepSeconds,
    isBroken: elapsed < -maxReorderSeconds,
  };
}
