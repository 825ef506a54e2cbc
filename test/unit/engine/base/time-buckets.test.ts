import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StationError } from '#contract/error.ts';
import { bucketEdges, type BucketRange } from '#engine/base/time-buckets.ts';

const utc = (text: string) => Date.parse(`${text}Z`);
const edges = (range: BucketRange) =>
  bucketEdges(range, 10_000).map((at) => new Date(at).toISOString().slice(0, 16));

describe('bucket edges', () => {
  it.each<[string, Omit<BucketRange, 'from' | 'to'>, string, string, string[]]>([
    [
      'clips the first and the last hour',
      { bucket: 'hour', timeZone: 'UTC' },
      '2026-03-02T10:20',
      '2026-03-02T12:05',
      ['2026-03-02T10:20', '2026-03-02T11:00', '2026-03-02T12:00', '2026-03-02T12:05'],
    ],
    [
      'begins the hours of Kathmandu at :15 UTC',
      { bucket: 'hour', timeZone: 'Asia/Kathmandu' },
      '2026-03-02T10:15',
      '2026-03-02T12:15',
      ['2026-03-02T10:15', '2026-03-02T11:15', '2026-03-02T12:15'],
    ],
    [
      'gives the day on which clocks go forward 23 hours',
      { bucket: 'day', timeZone: 'Europe/Berlin' },
      '2026-03-28T23:00',
      '2026-03-30T22:00',
      ['2026-03-28T23:00', '2026-03-29T22:00', '2026-03-30T22:00'],
    ],
    [
      'gives the day on which clocks go back 25 hours',
      { bucket: 'day', timeZone: 'Europe/Berlin' },
      '2026-10-24T22:00',
      '2026-10-26T23:00',
      ['2026-10-24T22:00', '2026-10-25T23:00', '2026-10-26T23:00'],
    ],
    [
      'begins a day without midnight at its first instant',
      { bucket: 'day', timeZone: 'Africa/Cairo' },
      '2026-04-22T22:00',
      '2026-04-24T21:00',
      ['2026-04-22T22:00', '2026-04-23T22:00', '2026-04-24T21:00'],
    ],
    [
      'steps over the day that Samoa never had',
      { bucket: 'day', timeZone: 'Pacific/Apia' },
      '2011-12-29T10:00',
      '2011-12-31T10:00',
      ['2011-12-29T10:00', '2011-12-30T10:00', '2011-12-31T10:00'],
    ],
    [
      'gives two hours when a clock shows one hour twice',
      { bucket: 'hour', timeZone: 'Europe/Berlin' },
      '2026-10-25T00:00',
      '2026-10-25T03:00',
      ['2026-10-25T00:00', '2026-10-25T01:00', '2026-10-25T02:00', '2026-10-25T03:00'],
    ],
    [
      'begins the day with the business, also when the clocks go back',
      { bucket: 'day', timeZone: 'Europe/Berlin', dayStartHour: 5 },
      '2026-10-24T03:00',
      '2026-10-27T00:00',
      ['2026-10-24T03:00', '2026-10-25T04:00', '2026-10-26T04:00', '2026-10-27T00:00'],
    ],
    [
      'begins a day at an hour that comes twice with the first of them',
      { bucket: 'day', timeZone: 'Europe/Berlin', dayStartHour: 2 },
      '2026-10-24T00:00',
      '2026-10-26T01:00',
      ['2026-10-24T00:00', '2026-10-25T00:00', '2026-10-26T01:00'],
    ],
    [
      'begins weeks on Monday',
      { bucket: 'week', timeZone: 'Asia/Ho_Chi_Minh' },
      '2026-10-29T00:00',
      '2026-11-10T00:00',
      ['2026-10-29T00:00', '2026-11-01T17:00', '2026-11-08T17:00', '2026-11-10T00:00'],
    ],
    [
      'begins months on their first day, by the clock of the site',
      { bucket: 'month', timeZone: 'America/New_York' },
      '2026-10-15T00:00',
      '2027-01-10T00:00',
      [
        '2026-10-15T00:00',
        '2026-11-01T04:00',
        '2026-12-01T05:00',
        '2027-01-01T05:00',
        '2027-01-10T00:00',
      ],
    ],
    [
      'keeps the half hour of Lord Howe in its day of 24 hours and a half',
      { bucket: 'day', timeZone: 'Australia/Lord_Howe' },
      '2026-04-03T13:00',
      '2026-04-06T13:30',
      ['2026-04-03T13:00', '2026-04-04T13:00', '2026-04-05T13:30', '2026-04-06T13:30'],
    ],
    [
      'keeps one bucket for all',
      { bucket: 'all', timeZone: 'UTC' },
      '2020-01-01T00:00',
      '2026-01-01T00:00',
      ['2020-01-01T00:00', '2026-01-01T00:00'],
    ],
    [
      'is empty for an empty range',
      { bucket: 'day', timeZone: 'UTC' },
      '2026-01-01T00:00',
      '2026-01-01T00:00',
      [],
    ],
  ])('%s', (_, ...[shape, from, to, expected]) => {
    expect(edges({ ...shape, from: utc(from), to: utc(to) })).toEqual(expected);
  });

  it.each<[string, Partial<BucketRange>, string]>([
    ['an unknown zone', { timeZone: 'Mars/Base' }, 'There is no time zone "Mars/Base"'],
    ['a range that ends before it starts', { to: -1 }, '"to" is before "from"'],
    ['too many buckets', { bucket: 'minute', to: 1e12 }, 'More than 10000 time buckets'],
  ])('refuses %s', (_, changes, message) => {
    const range: BucketRange = { from: 0, to: 1, bucket: 'day', timeZone: 'UTC', ...changes };
    expect(() => bucketEdges(range, 10_000)).toThrow(StationError);
    expect(() => bucketEdges(range, 10_000)).toThrow(message);
  });

  it('cuts every zone into rising pieces that begin at local midnight or full hours', () => {
    const zones = Intl.supportedValuesOf('timeZone');
    const year = 366 * 86_400_000;
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.integer({ min: utc('1975-01-01T00:00'), max: utc('2035-01-01T00:00') }),
        fc.constantFrom('hour' as const, 'day' as const),
        (timeZone, from, bucket) => {
          const to = from + (bucket === 'day' ? year : 3 * 86_400_000);
          const cut = bucketEdges({ from, to, bucket, timeZone }, 100_000);
          expect([cut[0], cut.at(-1)]).toEqual([from, to]);
          const lengths = cut.slice(1).map((at, index) => at - (cut[index] ?? at));
          expect(Math.min(...lengths)).toBeGreaterThan(0);
          // Casey station set its clocks back by three hours.
          const longest = bucket === 'day' ? 27 : 1;
          expect(Math.max(...lengths)).toBeLessThanOrEqual(longest * 3_600_000);
        },
      ),
      { numRuns: 60 },
    );
  });
});
