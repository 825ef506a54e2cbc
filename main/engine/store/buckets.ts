/**
 * Cuts a stretch of time into minutes, quarters, hours or days as a clock on the wall of a time zone shows them.
 *
 *   from          midnight       midnight      to         edges: from, midnight, midnight, to
 *    ├──────────────┼──────────────┼────────────┤         the first and the last bucket are clipped
 *
 * A day of a clock change has 23 or 25 hours; where midnight does not exist the day begins at its first instant.
 */
import { StationError } from '#contract/error.ts';

const minuteMs = 60_000;
export const quarterMs = 15 * minuteMs;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

export interface BucketRange {
  /** Unix time in ms, inclusive */
  readonly from: number;
  /** Unix time in ms, exclusive */
  readonly to: number;
  readonly bucket: 'minute' | 'quarter' | 'hour' | 'day' | 'all';
  /** IANA name */
  readonly timeZone: string;
}

/**
 * Edges of the buckets, n + 1 for n buckets, strictly rising; empty when the range is.
 * @param limit most buckets that are wanted
 * @throws StationError REQ_001 for an unknown zone, a range that ends before it starts, more buckets than `limit`
 */
export function bucketEdges(range: BucketRange, limit: number): number[] {
  const { from, to, bucket } = range;
  if (to < from) {
    throw new StationError('REQ_001', '"to" is before "from". Exchange the two.', { path: 'to' });
  }
  const offsetMs = zoneOffset(range.timeZone);
  if (to === from) return [];
  const edges = [from];
  let edge = nextEdge(from, bucket, offsetMs);
  while (edge < to) {
    if (edges.length >= limit) throw tooMany(limit);
    edges.push(edge);
    edge = nextEdge(edge, bucket, offsetMs);
  }
  edges.push(to);
  return edges;
}

type Offset = (at: number) => number;

/** The first edge after `at`. */
function nextEdge(at: number, bucket: BucketRange['bucket'], offsetMs: Offset): number {
  switch (bucket) {
    case 'minute':
      return after(at, minuteMs, 0);
    case 'quarter':
      return after(at, quarterMs, 0);
    case 'hour':
      return after(at, hourMs, offsetMs(at));
    case 'day':
      return nextDayStart(at, offsetMs);
    case 'all':
      return Number.POSITIVE_INFINITY;
  }
}

function after(at: number, sizeMs: number, offset: number): number {
  return (Math.floor((at + offset) / sizeMs) + 1) * sizeMs - offset;
}

/** Number of the local day at this time, counted from 1970-01-01. */
function localDay(at: number, offsetMs: Offset): number {
  return Math.floor((at + offsetMs(at)) / dayMs);
}

function nextDayStart(at: number, offsetMs: Offset): number {
  let day = localDay(at, offsetMs) + 1;
  // A clock that was put back over midnight shows the old day twice: its midnight lies behind us.
  while (dayStart(day, offsetMs) <= at) day += 1;
  return dayStart(day, offsetMs);
}

/** First instant of a local day: where a clock change hides midnight, the instant of the change. */
function dayStart(day: number, offsetMs: Offset): number {
  const midnight = day * dayMs;
  // Offsets are below a day, so midnight here lies between these two times and has the offset of one of them.
  for (const near of [midnight - dayMs, midnight + dayMs]) {
    const start = midnight - offsetMs(near);
    if (start + offsetMs(start) === midnight) return start;
  }
  let before = midnight - 2 * dayMs;
  let reached = midnight + 2 * dayMs;
  while (reached - before > 1) {
    const middle = Math.floor((before + reached) / 2);
    if (localDay(middle, offsetMs) < day) before = middle;
    else reached = middle;
  }
  return reached;
}

/** Offset of a zone from UTC in ms at a time, looked up once per quarter of an hour. */
function zoneOffset(timeZone: string): Offset {
  const format = wallClock(timeZone);
  const known = new Map<number, number>();
  return (at) => {
    const quarter = Math.floor(at / quarterMs);
    const offset = known.get(quarter) ?? offsetAt(format, quarter * quarterMs);
    known.set(quarter, offset);
    return offset;
  };
}

function wallClock(timeZone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch (error) {
    throw new StationError(
      'REQ_001',
      `There is no time zone "${timeZone}". Use an IANA name such as Europe/Berlin or UTC.`,
      { path: 'timeZone', cause: error },
    );
  }
}

function offsetAt(format: Intl.DateTimeFormat, at: number): number {
  const parts: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
  for (const { type, value } of format.formatToParts(at)) parts[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) - at;
}

function tooMany(limit: number): StationError {
  return new StationError(
    'REQ_001',
    `More than ${limit} time buckets. Ask for a shorter time or a longer bucket.`,
    { path: 'bucket' },
  );
}
