/**
 * Reads a time range as requests give it: the last so much time, or from and to.
 */
import { StationError } from '#contract/error.ts';

const unitMs: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

export interface AskedRange {
  /** A number and m, h or d */
  readonly timeRange: string;
  /** Unix time in ms; instead of `timeRange` */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

/**
 * @param now Unix time in ms
 * @throws StationError REQ_001 when it ends before it begins
 */
export function readTimeRange({ timeRange, from, to }: AskedRange, now: number) {
  const end = to ?? now;
  const spanMs = Number.parseInt(timeRange, 10) * (unitMs[timeRange.slice(-1)] ?? 0);
  const start = from ?? Math.max(0, end - spanMs);
  if (start > end) {
    throw new StationError('REQ_001', '"from" is wrong: it is later than "to".', { path: 'from' });
  }
  return { from: start, to: end };
}
