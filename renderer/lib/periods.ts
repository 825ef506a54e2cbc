/**
 * Times that people ask counts for, by the days of the site: today, last month, the time before.
 */
import { createCalendar, weekdayOf } from '#contract/calendar.ts';
import type { TimeSpan } from '#contract/coverage.ts';
import type { ReportBucket } from '#contract/report.ts';

const dayMs = 86_400_000;

export const periods = [
  'today',
  'yesterday',
  'thisWeek',
  'lastWeek',
  'thisMonth',
  'lastMonth',
  'days',
] as const;
/** `days`: from one day to another, both chosen */
export type Period = (typeof periods)[number];

export const comparisons = ['none', 'before', 'week', 'year'] as const;
export type Comparison = (typeof comparisons)[number];

export interface SiteDays {
  /** IANA name */
  readonly timeZone: string;
  /** Hour of the clock at which a day begins */
  readonly dayStartHour: number;
}

export interface ChosenPeriod {
  readonly period: Period;
  /** `2026-11-01`, both included; only for `days` */
  readonly first: string;
  readonly last: string;
}

/** Days as numbers since 1970-01-01, `to` exclusive; null when the chosen days are none. */
function daysOf({ period, first, last }: ChosenPeriod, today: number): TimeSpan | null {
  const monday = today - weekdayOf(today);
  switch (period) {
    case 'today':
      return { from: today, to: today + 1 };
    case 'yesterday':
      return { from: today - 1, to: today };
    case 'thisWeek':
      return { from: monday, to: monday + 7 };
    case 'lastWeek':
      return { from: monday - 7, to: monday };
    case 'thisMonth':
      return { from: firstOfMonth(today, 0), to: firstOfMonth(today, 1) };
    case 'lastMonth':
      return { from: firstOfMonth(today, -1), to: firstOfMonth(today, 0) };
    case 'days': {
      const [from, to] = [Date.parse(first) / dayMs, Date.parse(last) / dayMs + 1];
      return Number.isInteger(from) && Number.isInteger(to) && from < to ? { from, to } : null;
    }
  }
}

function firstOfMonth(day: number, later: number): number {
  const date = new Date(day * dayMs);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + later, 1) / dayMs;
}

/** The time of a period and that to compare with, Unix times in ms; null when the chosen days are none. */
export function timesOf(
  chosen: ChosenPeriod,
  { comparison, now }: { readonly comparison: Comparison; readonly now: number },
  { timeZone, dayStartHour }: SiteDays,
): { readonly time: TimeSpan; readonly compared: TimeSpan | null } | null {
  const { dayOf, startOf } = createCalendar(timeZone, dayStartHour);
  const days = daysOf(chosen, dayOf(now));
  if (days === null) return null;
  const span = ({ from, to }: TimeSpan): TimeSpan => ({ from: startOf(from), to: startOf(to) });
  const compared = comparedDays(days, comparison);
  return { time: span(days), compared: compared === null ? null : span(compared) };
}

function comparedDays(days: TimeSpan, comparison: Comparison): TimeSpan | null {
  const earlier = (by: number): TimeSpan => ({ from: days.from - by, to: days.to - by });
  switch (comparison) {
    case 'none':
      return null;
    case 'before':
      // Before a month is the month before, however long it is.
      return isMonth(days)
        ? { from: firstOfMonth(days.from, -1), to: days.from }
        : earlier(days.to - days.from);
    case 'week':
      return earlier(7);
    case 'year':
      // 52 weeks: the same days of the week.
      return earlier(364);
  }
}

function isMonth({ from, to }: TimeSpan): boolean {
  return from === firstOfMonth(from, 0) && to === firstOfMonth(from, 1);
}

/** Sizes of buckets that make a readable number of them for a time, the best first. */
export function bucketsFor({ from, to }: TimeSpan): readonly [ReportBucket, ...ReportBucket[]] {
  const days = (to - from) / dayMs;
  if (days <= 1.1) return ['hour', 'quarter', 'minute'];
  if (days <= 8) return ['day', 'hour', 'quarter'];
  if (days <= 32) return ['day', 'hour', 'week'];
  if (days <= 100) return ['day', 'week', 'month'];
  return ['month', 'week', 'day'];
}

/** A day of the site as `2026-11-01`. */
export function dayText(at: number, { timeZone, dayStartHour }: SiteDays): string {
  const day = createCalendar(timeZone, dayStartHour).dayOf(at);
  return new Date(day * dayMs).toISOString().slice(0, 10);
}
