/**
 * Time as a value that is passed in, so that tests own it.
 */

export interface Clock {
  /** Unix time in ms */
  now(): number;
  /** Time that never jumps, in ms from some start */
  monotonicMs(): number;
}

/** The clock of this machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
};
