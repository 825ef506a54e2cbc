/**
 * When a scheduled report is due, and of which time it is: values in, values out.
 *
 *      Monday      Tuesday           due at 06:00 on Tuesday: the report of Monday
 *   ──┼───────────┼───▲─────────
 *     └── from    └── to
 */
import { Cron } from 'croner';
import { createCalendar, weekdayOf } from '#contract/calendar.ts';
import type { TimeSpan } from '#contract/coverage.ts';
import type { ReportSchedule } from '#contract/report-schedule.ts';

const dayMs = 86_400_000;

type Timing = Pick<ReportSchedule, 'every' | 'at'>;

/** The days of a site. */
export interface SiteClock {
  readonly timeZone: string;
  readonly dayStartHour: number;
}

/** The first time after `after` at which it is due. Unix times in ms. */
export function nextDue(timing: Timing, after: number, { timeZone }: SiteClock): number {
  const next = cronOf(timing, timeZone).nextRun(new Date(after));
  // Every day, Monday and first of a month comes again.
  return next?.getTime() ?? Number.POSITIVE_INFINITY;
}

/**
 * The last time up to `now` at which it was due and nothing was written, null when there is none: of many that were missed
 * while the station did not run only the last one is made up for.
 * @param doneUntil time of the last one that was written, or at which the schedule was made
 */
export function missedDue(
  timing: Timing,
  { doneUntil, now }: { readonly doneUntil: number; readonly now: number },
  { timeZone }: SiteClock,
): number | null {
  // The run of this very second is one before the next second.
  const [last] = cronOf(timing, timeZone).previousRuns(1, new Date(now + 1000));
  return last !== undefined && last.getTime() <= now && last.getTime() > doneUntil
    ? last.getTime()
    : null;
}

/** The last whole day, week or month of the site before `due`. Unix times in ms. */
export function reportedTime(
  every: ReportSchedule['every'],
  due: number,
  { timeZone, dayStartHour }: SiteClock,
): TimeSpan {
  const { dayOf, startOf } = createCalendar(timeZone, dayStartHour);
  const today = dayOf(due);
  const monday = today - weekdayOf(today);
  const [first, last] = {
    day: [today - 1, today],
    week: [monday - 7, monday],
    month: [firstOfMonth(today, -1), firstOfMonth(today, 0)],
  }[every] as [number, number];
  return { from: startOf(first), to: startOf(last) };
}

/** The time of the same kind before one that was reported. */
export function timeBefore(
  every: ReportSchedule['every'],
  { from }: TimeSpan,
  site: SiteClock,
): TimeSpan {
  return reportedTime(every, from, site);
}

function firstOfMonth(day: number, later: number): number {
  const date = new Date(day * dayMs);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + later, 1) / dayMs;
}

function cronOf({ every, at }: Timing, timeZone: string): Cron {
  const [hour, minute] = at.split(':').map(Number);
  const days = { day: '* * *', week: '* * 1', month: '1 * *' }[every];
  return new Cron(`${String(minute)} ${String(hour)} ${days}`, {
    timezone: timeZone,
    paused: true,
  });
}
