/**
 * Tells in which stretch of hours of the day a moment lies, by the clock on the wall of a time zone.
 *
 *   from 22:00 to 05:00      ──22:00━━━━━00:00━━━━━05:00──      one stretch, named by the day on which it began
 */

const minuteMs = 60_000;
const dayMinutes = 1440;

/** `HH:MM` each; `to` before `from` ends on the next day. */
export interface HoursOfDay {
  readonly from: string;
  readonly to: string;
}

/** The local day on which the stretch began that holds at `at` (Unix time in ms), as `2026-03-02`; null outside. Throws RangeError for an unknown zone. */
export function stretchAt(hours: HoursOfDay, at: number, timeZone: string): string | null {
  const from = minutesOf(hours.from);
  const to = minutesOf(hours.to);
  const now = minutesOf(formatOf(timeZone, { hour: '2-digit', minute: '2-digit' }).format(at));
  const sinceFrom = (now - from + dayMinutes) % dayMinutes;
  if (sinceFrom >= (to - from + dayMinutes) % dayMinutes) return null;
  const date = formatOf(timeZone, { year: 'numeric', month: '2-digit', day: '2-digit' });
  return date.format(at - sinceFrom * minuteMs);
}

function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
}

/** Swedish writes a day as 2026-03-02. */
function formatOf(timeZone: string, fields: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('sv-SE', { timeZone, hourCycle: 'h23', ...fields });
}
