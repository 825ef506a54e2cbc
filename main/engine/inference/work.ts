/**
 * The kinds of inference work, most urgent first, and how long each may wait (SERVING.md).
 */

/** Live frames of cameras, pictures an alert waits for, requests of other programs, jobs that nobody waits for. */
export const workClasses = ['live', 'alert', 'api', 'batch'] as const;
export type WorkClass = (typeof workClasses)[number];

/** How long the oldest of a class may wait for a fuller batch, ms. */
export const queueDelayMs: Readonly<Record<WorkClass, number>> = {
  live: 2,
  alert: 2,
  api: 2,
  batch: 100,
};

/** Pictures in one run at most, whatever the model takes (S10). */
export const maxBatchSize = 64;

/** A live frame is late when it is older than this and than twice the usual time of a frame, ms. */
const lateMs = 100;

/** The percentile is taken anew so often: it costs a sort. */
const percentileMs = 1_000;

/**
 * Age in ms at which a live frame is dropped instead of inferred, asked with the time now. `p95Ms` gives the 95th
 * percentile of a frame's time from capture to count.
 */
export function createLateLimit(p95Ms: () => number): (nowMs: number) => number {
  let limitMs = lateMs;
  let askedMs = -Infinity;
  return (nowMs) => {
    if (nowMs - askedMs >= percentileMs) {
      askedMs = nowMs;
      limitMs = Math.max(lateMs, 2 * p95Ms());
    }
    return limitMs;
  };
}
