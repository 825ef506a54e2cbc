/**
 * Rates and percentiles over the last seconds, cheap enough for every frame.
 */

export interface RateMeter {
  mark(nowMs: number): void;
  /** Events per second over the window. */
  perSecond(nowMs: number): number;
}

/** Counts events in a sliding window of `windowMs`. */
export function createRateMeter(windowMs: number): RateMeter {
  const bucketMs = windowMs / 10;
  const counts = new Array<number>(10).fill(0);
  const stamps = new Array<number>(10).fill(-1);
  let startedMs: number | null = null;

  return {
    mark(nowMs) {
      startedMs ??= nowMs;
      const stamp = Math.floor(nowMs / bucketMs);
      const index = stamp % 10;
      if (stamps[index] !== stamp) {
        stamps[index] = stamp;
        counts[index] = 0;
      }
      counts[index] = (counts[index] ?? 0) + 1;
    },
    perSecond(nowMs) {
      if (startedMs === null) return 0;
      const newest = Math.floor(nowMs / bucketMs);
      let sum = 0;
      for (let index = 0; index < 10; index++) {
        const stamp = stamps[index] ?? -1;
        if (stamp > newest - 10 && stamp <= newest) sum += counts[index] ?? 0;
      }
      const spanMs = Math.min(windowMs, Math.max(bucketMs, nowMs - startedMs));
      return (sum * 1000) / spanMs;
    },
  };
}

export interface Reservoir {
  add(value: number): void;
  /** The given quantiles (0…1) of the newest values; zeros before the first. */
  quantiles(shares: readonly number[]): number[];
}

/** Keeps the newest `size` values. */
export function createReservoir(size: number): Reservoir {
  const values = new Float64Array(size);
  let count = 0;
  return {
    add(value) {
      values[count % size] = value;
      count++;
    },
    quantiles(shares) {
      const length = Math.min(count, size);
      const sorted = values.slice(0, length).sort();
      return shares.map((share) => sorted[Math.min(length - 1, Math.floor(share * length))] ?? 0);
    },
  };
}
