import { describe, expect, it } from 'vitest';
import { stretchAt } from '#engine/base/hours-of-day.ts';

const night = { from: '22:00', to: '05:00' };
const noon = { from: '12:00', to: '13:30' };

describe('known-empty hours', () => {
  it.each([
    ['just before', night, '2026-03-02T21:59:59Z', 'UTC', null],
    ['when they begin', night, '2026-03-02T22:00:00Z', 'UTC', '2026-03-02'],
    ['after midnight', night, '2026-03-03T04:59:00Z', 'UTC', '2026-03-02'],
    ['when they end', night, '2026-03-03T05:00:00Z', 'UTC', null],
    ['within a day', noon, '2026-03-02T13:29:00Z', 'UTC', '2026-03-02'],
    ['by the clock of Vietnam', night, '2026-03-02T16:00:00Z', 'Asia/Ho_Chi_Minh', '2026-03-02'],
    ['by a clock at half past', noon, '2026-03-02T06:16:00Z', 'Asia/Kathmandu', '2026-03-02'],
  ])('%s', (_, hours, at, timeZone, expected) => {
    expect(stretchAt(hours, Date.parse(at), timeZone)).toBe(expected);
  });
});
