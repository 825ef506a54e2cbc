/**
 * Every statistic agrees with a published worked example to its printed digits.
 */
import { describe, expect, it } from 'vitest';
import { benjaminiHochberg, holm } from '#engine/experiments/statistics/adjust.ts';
import { bootstrapRate } from '#engine/experiments/statistics/block-bootstrap.ts';
import { chiSquareTest } from '#engine/experiments/statistics/chi-square.ts';
import { meanInterval } from '#engine/experiments/statistics/interval.ts';
import { mannWhitney } from '#engine/experiments/statistics/mann-whitney.ts';
import { mcNemar } from '#engine/experiments/statistics/mcnemar.ts';
import { neymanAllocation } from '#engine/experiments/statistics/neyman.ts';
import { eventsNeeded } from '#engine/experiments/statistics/power.ts';
import { welchTest } from '#engine/experiments/statistics/welch.ts';

const digits = (value: number | undefined, count: number): number =>
  Number(value?.toPrecision(count));

describe('the t test of Welch', () => {
  it('gives what R prints for the sleep data of Student (1908): ?t.test, extra ~ group', () => {
    const first = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2];
    const second = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];
    const result = welchTest(first, second);
    expect(digits(result?.t, 5)).toBe(-1.8608);
    expect(digits(result?.df, 5)).toBe(17.776);
    expect(digits(result?.p, 4)).toBe(0.07939);
    expect(digits(result?.low, 8)).toBe(-3.3654832);
    expect(digits(result?.high, 7)).toBe(0.2054832);
  });

  it('gives the interval of a mean that R prints for the first ten: t.test(sleep$extra[1:10])', () => {
    const interval = meanInterval([0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2]);
    expect(digits(interval?.value, 2)).toBe(0.75);
    expect(digits(interval?.low, 7)).toBe(-0.5297804);
    expect(digits(interval?.high, 7)).toBe(2.02978);
    expect(meanInterval([1])).toBeNull();
  });

  it('says nothing where nothing scatters', () => {
    expect(welchTest([1, 1, 1], [1, 1])).toBeNull();
    expect(welchTest([1], [1, 2])).toBeNull();
  });
});

describe('the test of Mann and Whitney', () => {
  it('gives what R prints for the membranes of Hollander and Wolfe (1973, p. 69): ?wilcox.test', () => {
    const atTerm = [0.8, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46];
    const early = [1.15, 0.88, 0.9, 0.74, 1.21];
    const result = mannWhitney(atTerm, early, { side: 'greater' });
    expect(result).toMatchObject({ u: 35, isExact: true });
    expect(digits(result?.p, 4)).toBe(0.1272);
  });

  it('gives what R prints with ties for ozone in May and August (airquality): ?wilcox.test', () => {
    const may = [
      41, 36, 12, 18, 28, 23, 19, 8, 7, 16, 11, 14, 18, 14, 34, 6, 30, 11, 1, 11, 4, 32, 23, 45,
      115, 37,
    ];
    const august = [
      39, 9, 16, 78, 35, 66, 122, 89, 110, 44, 28, 65, 22, 59, 23, 31, 44, 21, 9, 45, 168, 73, 76,
      118, 84, 85,
    ];
    const result = mannWhitney(may, august);
    expect(result).toMatchObject({ u: 127.5, isExact: false });
    expect(digits(result?.p, 4)).toBe(0.0001208);
  });
});

describe('the chi-square test', () => {
  it('gives what R prints for party by gender (Agresti 2007, p. 39): ?chisq.test', () => {
    const result = chiSquareTest([
      [762, 327, 468],
      [484, 239, 477],
    ]);
    expect(result?.df).toBe(2);
    expect(digits(result?.x2, 4)).toBe(30.07);
    expect(digits(result?.p, 4)).toBe(2.954e-7);
  });

  it('says nothing of an empty column', () => {
    expect(
      chiSquareTest([
        [3, 0],
        [5, 0],
      ]),
    ).toBeNull();
  });
});

describe('the test of McNemar', () => {
  it('gives the exact and the mid-p value of Fagerland, Lydersen and Laake (2013) for Bentur (2009)', () => {
    const result = mcNemar(1, 7);
    expect(result?.exactP.toFixed(4)).toBe('0.0703');
    expect(result?.midP.toFixed(4)).toBe('0.0391');
  });

  it('gives 1 less half of the middle for as many on both sides (ibid., supplement)', () => {
    expect(mcNemar(2, 2)?.midP).toBeCloseTo(1 - 6 / 16 / 2, 12);
    expect(mcNemar(0, 0)).toBeNull();
  });
});

describe('several tests at once', () => {
  it('keeps the two hypotheses of the usual example of Holm (1979)', () => {
    expect(holm([0.01, 0.04, 0.03, 0.005]).map((p) => digits(p, 2))).toEqual([
      0.03, 0.06, 0.06, 0.02,
    ]);
  });

  it('adjust nothing where there is nothing', () => {
    expect([holm([]), benjaminiHochberg([])]).toEqual([[], []]);
  });

  it('finds the four of the fifteen of Benjamini and Hochberg (1995, §4), where Holm finds three', () => {
    const infarction = [
      0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719,
      0.6528, 0.759, 1,
    ];
    const found = (adjusted: readonly number[]) => adjusted.filter((p) => p <= 0.05).length;
    expect(found(benjaminiHochberg(infarction))).toBe(4);
    expect(found(holm(infarction))).toBe(3);
  });
});

describe('the bootstrap', () => {
  it('comes to the standard error 23.36 of the seven mice of Efron and Tibshirani (1993, table 2.2)', () => {
    const mice = [94, 197, 16, 38, 99, 141, 23].map((events) => ({ events, hours: 1 }));
    const result = bootstrapRate(mice, { seed: 7, times: 40_000 });
    expect(result?.value.toFixed(2)).toBe('86.86');
    expect(Math.abs((result?.standardError ?? 0) - 23.36)).toBeLessThan(0.2);
  });

  it('gives the same for the same seed', () => {
    const blocks = [3, 5, 4, 9].map((events) => ({ events, hours: 0.5 }));
    expect(bootstrapRate(blocks, { seed: 1 })).toEqual(bootstrapRate(blocks, { seed: 1 }));
  });
});

describe('the plan', () => {
  it('needs the 23 pairs of the worked example of Connor’s formula (1987, p. 209; powerandsamplesize.com)', () => {
    expect(eventsNeeded({ onlyA: 0.05, onlyB: 0.45 })).toBe(23);
    expect(eventsNeeded({ onlyA: 0.1, onlyB: 0.1 })).toBe(Infinity);
  });

  it('judges as many of both strata as Neyman for the cities of Cochran (1977, table 5.1)', () => {
    const cities = [
      { size: 16, deviation: Math.sqrt(53_843) },
      { size: 48, deviation: Math.sqrt(5_581) },
    ];
    expect(neymanAllocation(cities, 24)).toEqual([12, 12]);
  });

  it('never judges more than there are', () => {
    const strata = [
      { size: 3, deviation: 9 },
      { size: 100, deviation: 0.1 },
    ];
    expect(neymanAllocation(strata, 10)).toEqual([3, 7]);
    expect(neymanAllocation(strata, 1_000)).toEqual([3, 100]);
  });
});
