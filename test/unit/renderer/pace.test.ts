/**
 * How many pictures a screen asks for.
 */
import { describe, expect, it } from 'vitest';
import { createPace } from '#test/renderer.ts';

/** Ages of pictures that arrive every 100 ms, and what the pace made of them. */
function run(pace: ReturnType<typeof createPace>, startMs: number, ages: readonly number[]) {
  return ages.map((ageMs, index) => pace.observe(ageMs, startMs + index * 100));
}
const steady = (ageMs: number, seconds: number) => Array<number>(seconds * 10).fill(ageMs);

describe('pace of pictures', () => {
  it('stays as wished while pictures take as long as ever, whatever the clocks say', () => {
    for (const ageMs of [80, 5000, -3000]) {
      const pace = createPace();
      expect(new Set(run(pace, 0, steady(ageMs, 30)))).toEqual(new Set(['same']));
      expect(pace.share()).toBe(1);
    }
  });

  it('slows down once, waits for the queue to drain, and slows down again', () => {
    const pace = createPace();
    run(pace, 0, steady(80, 5));
    const steps = run(pace, 5000, steady(900, 3));
    expect(steps.filter((step) => step === 'changed')).toHaveLength(2);
    expect(pace.share()).toBeCloseTo(0.36);
  });

  it('begins anew when it is hopelessly behind', () => {
    const pace = createPace();
    run(pace, 0, steady(80, 5));
    expect(run(pace, 5000, [4000])).toEqual(['flush']);
    expect(pace.share()).toBeCloseTo(0.6);
  });

  it('comes back step by step after ten calm seconds each', () => {
    const pace = createPace();
    run(pace, 0, [...steady(80, 1), 900]);
    run(pace, 2000, steady(90, 9));
    expect(pace.share()).toBeCloseTo(0.6);
    run(pace, 11_000, steady(90, 30));
    expect(pace.share()).toBe(1);
  });

  it('never asks for less than a tenth', () => {
    const pace = createPace();
    run(pace, 0, [...steady(80, 1), ...steady(900, 60)]);
    expect(pace.share()).toBe(0.1);
  });
});
