/**
 * The days of a time zone as people there count them, right over every change of the clock. Station and page share it, so that
 * both mean the same day.
 */
import { StationError } from './error.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const quarterMs = hourMs / 4;

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

/** 0 for Monday to 6 for Sunday. */
export function weekdayOf(day: number): number {
  // 1970-01-01 was a Thursday.
  return (((day + 3) % 7) + 7) % 7;
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
