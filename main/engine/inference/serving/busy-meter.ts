/**
 * The share of their time that instances are at work on a run: decoding, computing, and on the way there and back.
 */
import type { Clock } from '#engine/base/clock.ts';

export interface BusyMeter<T extends object> {
  /** A run was given to one of them. */
  began(one: T): void;
  /** A run of it was answered, or lost. */
  ended(one: T): void;
  /** The share since the last look, 0…1, for so many instances. */
  look(instances: number): number;
}

interface Work {
  runs: number;
  /** Monotonic ms since when it is at work without a pause, or since the last look */
  sinceMs: number;
}

export function createBusyMeter<T extends object>(clock: Pick<Clock, 'monotonicMs'>): BusyMeter<T> {
  const working = new Map<T, Work>();
  let busyMs = 0;
  let lookedMs = clock.monotonicMs();
  return {
    began(one) {
      const work = working.get(one);
      if (work) work.runs++;
      else working.set(one, { runs: 1, sinceMs: clock.monotonicMs() });
    },
    ended(one) {
      const work = working.get(one);
      if (!work || --work.runs > 0) return;
      busyMs += clock.monotonicMs() - work.sinceMs;
      working.delete(one);
    },
    look(instances) {
      const nowMs = clock.monotonicMs();
      for (const work of working.values()) {
        busyMs += nowMs - work.sinceMs;
        work.sinceMs = nowMs;
      }
      const spanMs = (nowMs - lookedMs) * Math.max(1, instances);
      const share = spanMs > 0 ? Math.min(1, busyMs / spanMs) : 0;
      busyMs = 0;
      lookedMs = nowMs;
      return share;
    },
  };
}
