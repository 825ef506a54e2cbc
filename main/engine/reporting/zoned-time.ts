/**
 * Times as the clock of a time zone shows them, with its offset: 2026-03-29T03:00:00+02:00.
 */
import { StationError } from '#contract/error.ts';
import { createCalendar } from '#contract/calendar.ts';

const minuteMs = 60_000;
const dayMs = 86_400_000;

/** Writes times (Unix ms) in a zone as ISO 8601 to the second, or to the ms where `digits` is 3. */
export type WriteTime = (at: number, digits?: 0 | 3) => string;

/** @throws StationError REQ_001 for an unknown zone */
export function zonedTimes(timeZone: string): WriteTime {
  const { offsetMs } = createCalendar(timeZone);
  return (at, digits = 0) => {
    const offset = offsetMs(at);
    const local = new Date(at + offset).toISOString();
    return `${local.slice(0, digits === 3 ? 23 : 19)}${writeOffset(offset)}`;
  };
}

function writeOffset(offsetMs: number): string {
  const minutes = Math.round(Math.abs(offsetMs) / minuteMs);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${offsetMs < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

const dayPattern = /^\d{4}-\d\d-\d\d$/;
const localPattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$/;

/**
 * Reads `2026-11-01` (the start of that day at the site), `2026-11-01T08:30` (its clock) or a time with its own offset.
 * @returns Unix time in ms
 * @throws StationError REQ_001 for anything else
 */
export function readTime(
  text: string,
  { timeZone, dayStartHour }: { readonly timeZone: string; readonly dayStartHour: number },
): number {
  const asUtc = Date.parse(localPattern.test(text) ? `${text}Z` : text);
  if (Number.isNaN(asUtc)) {
    throw new StationError(
      'REQ_001',
      `"${text}" is no time: write 2026-11-01, 2026-11-01T08:30 or 2026-11-01T08:30:00+01:00.`,
    );
  }
  if (dayPattern.test(text)) return createCalendar(timeZone, dayStartHour).startOf(asUtc / dayMs);
  if (!localPattern.test(text)) return asUtc;
  const { offsetMs } = createCalendar(timeZone);
  return asUtc - offsetMs(asUtc - offsetMs(asUtc));
}
