import { describe, expect, it } from 'vitest';
import { missedDue, nextDue, reportedTime, timeBefore } from '#engine/reporting/schedule.ts';

const utc = (text: string) => Date.parse(`${text}Z`);
const iso = (at: number | null) => (at === null ? null : new Date(at).toISOString().slice(0, 16));
const berlin = { timeZone: 'Europe/Berlin', dayStartHour: 0 };
const daily = { every: 'day', at: '06:00' } as const;

describe('a scheduled report is due', () => {
  it.each([
    ['each day at its time on the clock', 'day', '06:00', '2026-07-01T03:59', '2026-07-01T04:00'],
    ['after that time on the next day', 'day', '06:00', '2026-07-01T04:00', '2026-07-02T04:00'],
    [
      'an hour later in UTC once clocks went back',
      'day',
      '06:00',
      '2026-10-24T05:00',
      '2026-10-25T05:00',
    ],
    ['on Mondays', 'week', '00:30', '2026-10-22T00:00', '2026-10-25T23:30'],
    ['on the first of a month', 'month', '07:15', '2026-10-22T00:00', '2026-11-01T06:15'],
  ] as const)('%s', (_, every, at, after, expected) => {
    expect(iso(nextDue({ every, at }, utc(after), berlin))).toBe(expected);
  });

  it.each([
    ['nothing was missed', '2026-07-03T04:00', '2026-07-03T10:00', null],
    ['it is due this second', '2026-07-02T10:00', '2026-07-03T04:00', '2026-07-03T04:00'],
    [
      'of many that were missed, the last one',
      '2026-06-01T04:00',
      '2026-07-03T10:00',
      '2026-07-03T04:00',
    ],
    ['nothing was due since it was made', '2026-07-03T05:00', '2026-07-04T03:59', null],
  ])('when %s', (_, doneUntil, now, expected) => {
    const found = missedDue(daily, { doneUntil: utc(doneUntil), now: utc(now) }, berlin);
    expect(iso(found)).toBe(expected);
  });
});

describe('a scheduled report is of', () => {
  it.each([
    [
      'the day before, of 25 hours',
      'day',
      '2026-10-26T05:00',
      0,
      '2026-10-24T22:00',
      '2026-10-25T23:00',
    ],
    [
      'the last whole day of a business that begins at five',
      'day',
      '2026-07-02T01:00',
      5,
      '2026-06-30T03:00',
      '2026-07-01T03:00',
    ],
    [
      'the week before, from Monday',
      'week',
      '2026-10-26T05:00',
      0,
      '2026-10-18T22:00',
      '2026-10-25T23:00',
    ],
    ['the month before', 'month', '2026-03-01T05:00', 0, '2026-01-31T23:00', '2026-02-28T23:00'],
  ] as const)('%s', (_, every, due, dayStartHour, from, to) => {
    const time = reportedTime(every, utc(due), { ...berlin, dayStartHour });
    expect([iso(time.from), iso(time.to)]).toEqual([from, to]);
  });

  it('a time that follows the one it is compared with', () => {
    for (const every of ['day', 'week', 'month'] as const) {
      const time = reportedTime(every, utc('2026-11-01T12:00'), berlin);
      const before = timeBefore(every, time, berlin);
      expect(before.to).toBe(time.from);
    }
  });
});
