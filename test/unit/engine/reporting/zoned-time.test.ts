import { describe, expect, it } from 'vitest';
import { readTime, zonedTimes } from '#engine/reporting/zoned-time.ts';

const utc = (text: string) => Date.parse(`${text}Z`);

describe('times with their offset', () => {
  it.each([
    ['Europe/Berlin', '2026-03-29T00:59:59', '2026-03-29T01:59:59+01:00'],
    ['Europe/Berlin', '2026-03-29T01:00:00', '2026-03-29T03:00:00+02:00'],
    ['America/New_York', '2026-11-01T05:30:00', '2026-11-01T01:30:00-04:00'],
    ['America/New_York', '2026-11-01T06:30:00', '2026-11-01T01:30:00-05:00'],
    ['Australia/Lord_Howe', '2026-04-04T15:00:00', '2026-04-05T01:30:00+10:30'],
    ['Asia/Ho_Chi_Minh', '2026-12-31T17:00:00', '2027-01-01T00:00:00+07:00'],
  ])('in %s, %s', (timeZone, at, text) => {
    expect(zonedTimes(timeZone)(utc(at))).toBe(text);
    expect(readTime(text, { timeZone: 'UTC', dayStartHour: 0 })).toBe(utc(at));
  });
});

describe('times as people write them', () => {
  const site = { timeZone: 'Europe/Berlin', dayStartHour: 5 };
  it.each([
    ['a day begins with the business', '2026-10-25', '2026-10-25T04:00:00'],
    ['a day after the clocks went forward', '2026-03-30', '2026-03-30T03:00:00'],
    ['a time on the clock of the site', '2026-07-01T08:30', '2026-07-01T06:30:00'],
    ['a time that the clock skips is the one after', '2026-03-29T02:30', '2026-03-29T01:30:00'],
    ['a time with an offset', '2026-07-01T08:30:00+07:00', '2026-07-01T01:30:00'],
  ])('%s', (_, text, expected) => {
    expect(readTime(text, site)).toBe(utc(expected));
  });

  it('are refused when they are none', () => {
    expect(() => readTime('yesterday', site)).toThrow('"yesterday" is no time');
  });
});
