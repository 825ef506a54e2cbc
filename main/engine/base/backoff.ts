/**
 * How long to wait before the next try.
 */

export interface BackoffOptions {
  readonly firstMs: number;
  readonly maxMs: number;
  /** Share of the wait that is left to chance, 0…1; the wait is only ever shortened, so `maxMs` holds */
  readonly jitter: number;
}

/** Wait before try number `attempt` (1 for the first), doubling each time. `random` is 0…1. */
export function backoffMs(attempt: number, options: BackoffOptions, random: number): number {
  const full = Math.min(options.maxMs, options.firstMs * 2 ** Math.max(0, attempt - 1));
  return Math.round(full * (1 - options.jitter * random));
}

export interface RestartBudget {
  /** Takes one restart out of the budget; false when it is used up. */
  take(nowMs: number): boolean;
}

/** How often within how long. */
export interface RestartLimits {
  readonly count: number;
  readonly windowMs: number;
}

/** Of the station, by whoever starts it (SERVING.md) */
export const stationRestarts: RestartLimits = { count: 2, windowMs: 600_000 };

/** At most `count` restarts within any `windowMs`. */
export function createRestartBudget(count: number, windowMs: number): RestartBudget {
  let taken: number[] = [];
  return {
    take(nowMs) {
      taken = taken.filter((at) => nowMs - at < windowMs);
      if (taken.length >= count) return false;
      taken.push(nowMs);
      return true;
    },
  };
}
