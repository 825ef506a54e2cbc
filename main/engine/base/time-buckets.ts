/**
 * Cuts a stretch of time into minutes, quarters, hours, days, weeks or months as a clock on the wall of a time zone shows them.
 *
 *   from          midnight       midnight      to         edges: from, midnight, midnight, to
 *    ├──────────────┼──────────────┼────────────┤         the first and the last bucket are clipped
 *
 * A day of a clock change has 23 or 25 hours; where midnight does not exist the day begins at its first instant. The day of a
 * business may begin later than midnight: then weeks and months begin with it. Weeks begin on Monday (ISO 8601).
 */
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

/** The days of a time zone, by their number: 0 is 1970-01-01. */
export interface Calendar {
  /** How far its clock is before UTC at a time (Unix ms), ms */
  readonly offsetMs: (at: number) => number;
  /** Number of the day that a time (Unix ms) belongs to */
  readonly dayOf: (at: number) => number;
  /** First instant of a day, Unix ms */
  readonly startOf: (day: number) => number;
}

/**
 * @param dayStartHour hour of the clock at which a day begins
 * @throws StationError REQ_001 for an unknown zone
 */
export function createCalendar(timeZone: string, dayStartHour = 0): Calendar {
  const offsetMs = zoneOffset(timeZone);
  const shiftMs = dayStartHour * hourMs;
  const dayOf = (at: number): number => Math.floor((at + offsetMs(at) - shiftMs) / dayMs);
  return {
    offsetMs,
    dayOf,
    startOf(day) {
      const start = day * dayMs + shiftMs;
      // Offsets are below a day, so the start lies between these two times and has the offset of one of them.
      for (const near of [start - dayMs, start + dayMs]) {
        const at = start - offsetMs(near);
        if (at + offsetMs(at) === start) return at;
      }
      let before = start - 2 * dayMs;
      let reached = start + 2 * dayMs;
      while (reached - before > 1) {
        const middle = Math.floor((before + reached) / 2);
        if (dayOf(middle) < day) before = middle;
        else reached = middle;
      }
      return reached;
    },
  };
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

/** 0 for Monday to 6 for Sunday. */
export function weekdayOf(day: number): number {
  // 1970-01-01 was a Thursday.
  return (((day + 3) % 7) + 7) % 7;
}

function nextMonday(day: number): number {
  return day + 7 - weekdayOf(day);
}

function nextFirst(day: number): number {
  const date = new Date(day * dayMs);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1) / dayMs;
}

/** Offset of a zone from UTC in ms at a time, looked up once per quarter of an hour. */
function zoneOffset(timeZone: string): (at: number) => number {
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
