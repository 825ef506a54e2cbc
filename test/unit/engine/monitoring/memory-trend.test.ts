import { describe, expect, it } from 'vitest';
import { createMemoryTrend } from '#engine/monitoring/memory-trend.ts';
import { randomOf } from '#test/random.ts';

const hourMs = 3_600_000;
const rule = { bytesPerHour: 50e6, overMs: 6 * hourMs };

/** Looks each minute for so many hours. */
function grow(hours: number, megabytesAt: (hour: number) => number) {
  const trend = createMemoryTrend([rule]);
  for (let atMs = 0; atMs <= hours * hourMs; atMs += 60_000) {
    trend.add(atMs, 1e6 * megabytesAt(atMs / hourMs));
  }
  return trend.growth();
}

describe('memory that', () => {
  const { even: random } = randomOf('memory');
  it.each<[string, number, (hour: number) => number, number | null]>([
    ['grows by 80 MB an hour', 7, (hour) => 300 + 80 * hour, 80],
    ['grows by 80 MB an hour, for five hours only', 5, (hour) => 300 + 80 * hour, null],
    ['grows by 40 MB an hour', 12, (hour) => 300 + 40 * hour, null],
    ['grows beneath the teeth of the collector', 7, (hour) => 300 + 80 * hour + 200 * random(), 80],
    ['has teeth and does not grow', 7, () => 300 + 200 * random(), null],
    ['makes one step, as by a new camera', 9, (hour) => (hour < 5 ? 300 : 800), null],
    ['fills in the first hour and rests', 7, (hour) => Math.min(800, 300 + 500 * hour), null],
    ['grows and is given back', 7, (hour) => (hour < 5.8 ? 300 + 10 * hour : 200), null],
  ])('%s', (_, hours, megabytesAt, perHour) => {
    const growth = grow(hours, megabytesAt);
    expect(growth === null ? null : Math.round(growth.bytesPerHour / 1e7) * 10).toBe(perHour);
  });

  it('grows fast is found by the shorter rule, and not any more when it begins anew', () => {
    const trend = createMemoryTrend([rule, { bytesPerHour: 600e6, overMs: hourMs / 2 }]);
    for (let atMs = 0; atMs <= 0.6 * hourMs; atMs += 1_000) trend.add(atMs, 300e6 + atMs * 300);
    expect(trend.growth()).toMatchObject({ overMs: hourMs / 2 });
    trend.clear();
    expect(trend.growth()).toBeNull();
  });
});
