import { describe, expect, it } from 'vitest';
import { StationError } from '#contract/error.ts';
import { createCircuitBreaker, usualBreaker } from '#engine/base/circuit-breaker.ts';

const broken = new StationError('INF_001', 'broken');

function breakerAt(random = 0) {
  let nowMs = 0;
  const changes: string[] = [];
  const breaker = createCircuitBreaker({
    ...usualBreaker,
    clock: { now: () => nowMs, monotonicMs: () => nowMs },
    random: () => random,
    onChange: ({ state }) => changes.push(state),
  });
  const fail = (times: number): void => {
    for (let time = 0; time < times; time++) breaker.failed(broken);
  };
  /** Waits until it may be tried, and returns how long that was, s. */
  const waited = (): number => {
    const fromMs = nowMs;
    while (!breaker.takeTry()) nowMs += 1_000;
    return (nowMs - fromMs) / 1000;
  };
  return { breaker, changes, fail, waited };
}

describe('circuit breaker', () => {
  it('opens after five failures in a row, not after five in all', () => {
    const { breaker, fail } = breakerAt();
    fail(4);
    breaker.succeeded();
    fail(4);
    expect(breaker.state()).toEqual({ state: 'closed', failures: 4 });
    fail(1);
    expect(breaker.state()).toEqual({ state: 'open', reason: broken, retryAtMs: 60_000 });
  });

  it('is tried once after 60 s and trusted again when that works', () => {
    const { breaker, changes, fail, waited } = breakerAt();
    fail(5);
    expect(waited()).toBe(60);
    expect(breaker.takeTry()).toBe(false);
    breaker.succeeded();
    expect(changes).toEqual(['open', 'half-open', 'closed']);
  });

  it('waits twice as long after each try that fails, ten minutes at most', () => {
    const { breaker, fail, waited } = breakerAt();
    fail(5);
    const waits = [1, 2, 3, 4, 5, 6].map(() => {
      const seconds = waited();
      breaker.failed(broken);
      return seconds;
    });
    expect(waits).toEqual([60, 120, 240, 480, 600, 600]);
  });

  it('shortens the wait by chance, by a fifth at most', () => {
    const { fail, waited } = breakerAt(1);
    fail(5);
    expect(waited()).toBe(48);
  });

  it('remembers its openings until twenty runs in a row have worked', () => {
    const { breaker, fail, waited } = breakerAt();
    fail(5);
    waited();
    breaker.succeeded();
    fail(5); // it passes the try and fails at once on frames
    expect(waited()).toBe(120);
    for (let run = 0; run < 20; run++) breaker.succeeded();
    fail(5);
    expect(waited()).toBe(60);
  });

  it('opens at once when it is told to, and an answer from before does not close it', () => {
    const { breaker } = breakerAt();
    breaker.trip(broken, 5_000);
    breaker.succeeded();
    expect(breaker.state()).toEqual({ state: 'open', reason: broken, retryAtMs: 5_000 });
  });
});
