import { describe, expect, it } from 'vitest';
import { bucketsFor, dayText, type Period, timesOf } from '../../../renderer/lib/periods.ts';

const utc = (text: string) => Date.parse(`${text}Z`);
const site = { timeZone: 'Europe/Berlin', dayStartHour: 5 };
/** Wednesday, 01:30 in Berlin: still Tuesday for a business that begins at five. */
const now = utc('2026-10-27T23:30');
const days = { first: '2026-10-25', last: '2026-10-25' };

function text(time: { from: number; to: number } | null | undefined) {
  return time && [time.from, time.to].map((at) => new Date(at).toISOString().slice(0, 16));
}

describe('times of the site', () => {
  it.each<[Period, string, string]>([
    ['today', '2026-10-27T04:00', '2026-10-28T04:00'],
    ['yesterday', '2026-10-26T04:00', '2026-10-27T04:00'],
    ['thisWeek', '2026-10-26T04:00', '2026-11-02T04:00'],
    ['lastWeek', '2026-10-19T03:00', '2026-10-26T04:00'],
    ['thisMonth', '2026-10-01T03:00', '2026-11-01T04:00'],
    ['lastMonth', '2026-09-01T03:00', '2026-10-01T03:00'],
    ['days', '2026-10-25T04:00', '2026-10-26T04:00'],
  ])('%s', (period, from, to) => {
    const times = timesOf({ period, ...days }, { comparison: 'none', now }, site);
    expect(text(times?.time)).toEqual([from, to]);
    expect(times?.compared).toBeNull();
  });

  it.each([
    [
      'the month before, however long',
      'lastMonth',
      'before',
      '2026-08-01T03:00',
      '2026-09-01T03:00',
    ],
    ['a week earlier', 'yesterday', 'week', '2026-10-19T03:00', '2026-10-20T03:00'],
    ['the same weekdays of last year', 'yesterday', 'year', '2025-10-27T04:00', '2025-10-28T04:00'],
    ['the day before', 'days', 'before', '2026-10-24T03:00', '2026-10-25T04:00'],
  ] as const)('compared with %s', (_, period, comparison, from, to) => {
    const times = timesOf({ period, ...days }, { comparison, now }, site);
    expect(text(times?.compared)).toEqual([from, to]);
  });

  it('are none when the days are wrong', () => {
    const chosen = { period: 'days', first: '2026-10-25', last: '2026-10-24' } as const;
    expect(timesOf(chosen, { comparison: 'none', now }, site)).toBeNull();
    const empty = { ...chosen, first: '' };
    expect(timesOf(empty, { comparison: 'none', now }, site)).toBeNull();
  });

  it('know the day of a moment', () => {
    expect(dayText(now, site)).toBe('2026-10-27');
  });
});

describe('buckets', () => {
  it.each([
    [25, ['hour', 'quarter', 'minute']],
    [7 * 24, ['day', 'hour', 'quarter']],
    [31 * 24, ['day', 'hour', 'week']],
    [366 * 24, ['month', 'week', 'day']],
  ])('of %i hours are as many as one can read', (hours, expected) => {
    expect(bucketsFor({ from: 0, to: hours * 3_600_000 })).toEqual(expected);
  });
});
