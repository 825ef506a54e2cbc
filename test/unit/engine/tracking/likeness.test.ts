import { describe, expect, it } from 'vitest';
import { areClear, learnColours, unlikeness } from '#engine/tracking/likeness.ts';
import { matchCosts } from '#engine/tracking/match-costs.ts';

const red = [200, 20, 20, 30, 30, 30];
const blue = [20, 20, 200, 90, 90, 90];
const box = (x: number) => ({ x, y: 50, width: 20, height: 40 });

describe('likeness', () => {
  it('forgives what light and pose do, and is sure of other clothes', () => {
    expect(
      unlikeness(
        red,
        red.map((value) => value + 15),
      ),
    ).toBe(0);
    expect(unlikeness(red, blue)).toBeGreaterThan(0.8);
    expect(unlikeness(red, null)).toBe(0);
  });

  it('learns from who stands alone, and not from who is mixed with another', () => {
    const clear = learnColours(red, { colours: blue, isClear: true });
    expect(clear?.[0]).toBeCloseTo(182);
    expect(learnColours(red, { colours: blue, isClear: false })).toEqual(red);
    expect(learnColours(null, { colours: blue, isClear: false })).toEqual(blue);
    expect(learnColours(red, { colours: null, isClear: true })).toEqual(red);
  });

  it('knows who has somebody else in the box', () => {
    expect(areClear([box(0), box(10), box(200)])).toEqual([false, false, true]);
  });
});

describe('matchCosts', () => {
  it('prefer who wears the same, where two are as near', () => {
    const track = { box: box(50), label: 'person', unseenSeconds: 0.2, colours: red } as const;
    const seen = [box(46), box(54)].map((place, index) => ({
      box: place,
      label: 'person' as const,
      score: 0.9,
      colours: index === 0 ? blue : red,
      isClear: true,
    }));
    const { values } = matchCosts([track], seen, true);
    expect(values[0]).toBeGreaterThan((values[1] ?? 0) + 0.4);
    const [plain] = matchCosts([{ ...track, colours: null }], seen, true).values;
    expect(plain).toBeCloseTo(values[1] ?? 0);
  });

  it('does not take a box for nobody because another is in it, too', () => {
    const track = { box: box(50), label: 'person', unseenSeconds: 0.2, colours: red } as const;
    const seen = { label: 'person', score: 0.9, colours: blue } as const;
    const costOf = (x: number, isClear: boolean): number =>
      matchCosts([track], [{ ...seen, box: box(x), isClear }], true).values[0] ?? Infinity;
    const limit = 0.8;
    // Where it was expected: possible when the colours may be the other's, else it is somebody else.
    expect(costOf(56, false)).toBeLessThan(limit);
    expect(costOf(56, true)).toBeGreaterThan(limit);
    // Far from there colours decide as ever.
    expect(costOf(68, false)).toBe(costOf(68, true));
    expect(costOf(68, false)).toBeGreaterThan(limit);
  });
});
