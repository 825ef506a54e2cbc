import { describe, expect, it } from 'vitest';
import { averagePrecision } from '#engine/models/average-precision.ts';

const at = (x: number, width = 0.1) => ({ x, y: 0, width, height: 0.1 });
const real = (x: number) => ({ box: at(x), isCrowd: false });
const found = (x: number, score: number, width = 0.1) => ({ box: at(x, width), score });

describe('average precision', () => {
  it.each([
    {
      story: 'finds all exactly',
      found: [found(0, 0.9), found(0.5, 0.8)],
      truth: [real(0), real(0.5)],
      ap50: 1,
      ap: 1,
    },
    { story: 'finds nothing', found: [], truth: [real(0)], ap50: 0, ap: 0 },
    {
      // Recall 0…0.5 is reached with precision 1: 51 of 101 points.
      story: 'finds the half',
      found: [found(0, 0.9)],
      truth: [real(0), real(0.5)],
      ap50: 51 / 101,
      ap: 51 / 101,
    },
    {
      // The wrong one is the surer: precision is 1/2 everywhere.
      story: 'is surer of what is not there',
      found: [found(0.3, 0.9), found(0, 0.8)],
      truth: [real(0)],
      ap50: 0.5,
      ap: 0.5,
    },
    {
      // Overlap 0.8 reaches the thresholds 0.5 … 0.8: seven of ten.
      story: 'draws the box too narrow',
      found: [found(0, 0.9, 0.0800001)],
      truth: [real(0)],
      ap50: 1,
      ap: 0.7,
    },
    {
      story: 'finds one object twice',
      found: [found(0, 0.9), found(0, 0.8), found(0.5, 0.7)],
      truth: [real(0), real(0.5)],
      ap50: (51 + (50 * 2) / 3) / 101,
      ap: (51 + (50 * 2) / 3) / 101,
    },
    {
      story: 'finds a crowd, which is neither right nor wrong',
      found: [found(0.5, 0.9), found(0.52, 0.85), found(0, 0.8)],
      truth: [real(0), { box: at(0.4, 0.4), isCrowd: true }],
      ap50: 1,
      ap: 1,
    },
  ])('of a model that $story', ({ found: boxes, truth, ap50, ap }) => {
    const result = averagePrecision([{ found: boxes, truth }]);
    expect(result?.ap50).toBeCloseTo(ap50, 6);
    expect(result?.ap).toBeCloseTo(ap, 6);
  });

  it('is not defined where there is nothing to find', () => {
    expect(averagePrecision([{ found: [found(0, 0.9)], truth: [] }])).toBeNull();
  });

  it('looks at the hundred strongest boxes of a picture only', () => {
    const wrong = Array.from({ length: 100 }, () => found(0.5, 0.9));
    const result = averagePrecision([{ found: [...wrong, found(0, 0.1)], truth: [real(0)] }]);
    expect(result?.ap50).toBe(0);
  });

  it('ranks over all pictures together', () => {
    const result = averagePrecision([
      { found: [found(0.5, 0.9)], truth: [] },
      { found: [found(0, 0.8)], truth: [real(0)] },
    ]);
    expect(result?.ap50).toBeCloseTo(0.5, 6);
  });
});
