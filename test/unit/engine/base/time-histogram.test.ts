import { describe, expect, it } from 'vitest';
import {
  addHistogram,
  addSparse,
  addTime,
  bounds,
  countOf,
  createTimeHistogram,
  cumulative,
  quantileOf,
  type TimeHistogram,
  toSparse,
} from '#engine/base/time-histogram.ts';
import { randomOf } from '#test/random.ts';

function histogramOf(times: readonly number[]): TimeHistogram {
  const histogram = createTimeHistogram();
  for (const ms of times) addTime(histogram, ms);
  return histogram;
}

describe('a histogram of times', () => {
  it.each([
    ['nothing', [], null],
    ['one time, within its class', [9], 9.375],
    ['what is longer than the last bound', [60_000], 10_000],
    ['no time at all', [0], 0.125],
  ])('says of %s', (_, times, median) => {
    expect(quantileOf(histogramOf(times), 0.5)).toBe(median);
  });

  it('is right about percentiles to within one class', () => {
    const random = randomOf('times').even;
    const times = Array.from({ length: 5_000 }, () => 400 * random() ** 3).sort((a, b) => a - b);
    const histogram = histogramOf(times);
    for (const share of [0.1, 0.5, 0.9, 0.95, 0.99]) {
      const exact = times[Math.floor(share * times.length)] ?? 0;
      const upper = bounds.find((bound) => bound >= exact) ?? 0;
      const width = upper - (bounds[bounds.indexOf(upper) - 1] ?? 0);
      expect(Math.abs((quantileOf(histogram, share) ?? 0) - exact)).toBeLessThanOrEqual(width);
    }
  });

  it('adds up to what all of it would have been', () => {
    const halves = [histogramOf([1, 5, 300]), histogramOf([2, 70])] as const;
    const sum = createTimeHistogram();
    addHistogram(sum, halves[0]);
    addHistogram(sum, halves[1]);
    expect(sum).toEqual(histogramOf([1, 5, 300, 2, 70]));
  });

  it('comes back from the classes that are not empty', () => {
    const histogram = histogramOf([1, 5, 5, 20_000]);
    const back = createTimeHistogram();
    addSparse(back, toSparse(histogram));
    expect([back.counts, toSparse(histogram).length, countOf(back)]).toEqual([
      histogram.counts,
      3,
      4,
    ]);
  });

  it('is told to Prometheus as counts up to each bound', () => {
    const counts = cumulative(histogramOf([0.5, 1, 1.5, 999, 20_000]));
    expect(counts).toEqual([2, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 4, 4, 4, 4, 5]);
  });
});
