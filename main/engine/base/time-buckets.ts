/**
 * Cuts a stretch of time into minutes, quarters, hours, days, weeks or months as a clock on the wall of a time zone shows them.
 *
 *   from          midnight       midnight      to         edges: from, midnight, midnight, to
 *    ├──────────────┼──────────────┼────────────┤         the first and the last bucket are clipped
 *
 * A day of a clock change has 23 or 25 hours; where midnight does not exist the day begins at its first instant. The day of a
 * business may begin later than midnight: then weeks and months begin with it. Weeks begin on Monday (ISO 8601).
 */
import { type Calendar, createCalendar, weekdayOf } from '#contract/calendar.ts';
import type { Bucket } from '#contract/counting.ts';
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
  readonly bucket: Bucket;
  /** IANA name */
  readonly timeZone: string;
  /** Hour of the clock at which a day begins, 0 to 23; 0 when left out */
  readonly dayStartHour?: number | undefined;
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
  const calendar = createCalendar(range.timeZone, range.dayStartHour);
  if (to === from) return [];
  const edges = [from];
  let edge = nextEdge(from, bucket, calendar);
  while (edge < to) {
    if (edges.length >= limit) throw tooMany(limit);
    edges.push(edge);
    edge = nextEdge(edge, bucket, calendar);
  }
  edges.push(to);
  return edges;
}

/** The first edge after `at`. */
function nextEdge(at: number, bucket: Bucket, calendar: Calendar): number {
  switch (bucket) {
    case 'minute':
      return after(at, minuteMs, 0);
    case 'quarter':
      return after(at, quarterMs, 0);
    case 'hour':
      return after(at, hourMs, calendar.offsetMs(at));
    case 'day':
      return nextStart(at, calendar, (day) => day + 1);
    case 'week':
      return nextStart(at, calendar, nextMonday);
    case 'month':
      return nextStart(at, calendar, nextFirst);
    case 'all':
      return Number.POSITIVE_INFINITY;
  }
}

function after(at: number, sizeMs: number, offset: number): number {
  return (Math.floor((at + offset) / sizeMs) + 1) * sizeMs - offset;
}

/** Start of the next day, week or month. @param next number of its first day, after a given one */
function nextStart(
  at: number,
  { dayOf, startOf }: Calendar,
  next: (day: number) => number,
): number {
  let day = next(dayOf(at));
  // A clock that was put back over midnight shows the old day twice: its midnight lies behind us.
  while (startOf(day) <= at) day = next(day);
  return startOf(day);
}

function nextMonday(day: number): number {
  return day + 7 - weekdayOf(day);
}

function nextFirst(day: number): number {
  const date = new Date(day * dayMs);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1) / dayMs;
}

function tooMany(limit: number): StationError {
  return new StationError(
    'REQ_001',
    `More than ${limit} time buckets. Ask for a shorter time or a longer bucket.`,
    { path: 'bucket' },
  );
}
