import { describe, expect, it } from 'vitest';
import { backoffMs, createRestartBudget } from '#engine/base/backoff.ts';

describe('backoff', () => {
  const options = { firstMs: 1000, maxMs: 8000, jitter: 0.4 };

  it('doubles up to its limit', () => {
    const waits = [1, 2, 3, 4, 5, 6].map((attempt) => backoffMs(attempt, options, 0));
    expect(waits).toEqual([1000, 2000, 4000, 8000, 8000, 8000]);
  });

  it('only ever shortens by chance', () => {
    expect([0, 0.5, 1].map((random) => backoffMs(4, options, random))).toEqual([8000, 6400, 4800]);
  });
});

describe('restart budget', () => {
  it('allows a number of restarts within a time, and again when it has passed', () => {
    const budget = createRestartBudget(2, 1000);
    expect([0, 10, 20, 1005, 1006, 1020].map((at) => budget.take(at))).toEqual([
      true,
      true,
      false,
      true,
      false,
      true,
    ]);
  });
});
