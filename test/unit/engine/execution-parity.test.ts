import { describe, expect, it } from 'vitest';
import type { Detection } from '#contract/detection.ts';
import { compareWays, judgeParity } from '#engine/execution-parity.ts';

/** 24 boxes that stand apart, as a crowd on one picture. */
const crowd: Detection[] = Array.from({ length: 24 }, (_, index) => ({
  box: { x: 0.04 * index, y: 0.2, width: 0.03, height: 0.3 },
  score: 0.8,
  label: 'person',
}));
const changed = (change: (box: Detection) => Detection): Detection[] => crowd.map(change);
const moved = (by: number) =>
  changed((each) => ({ ...each, box: { ...each.box, x: each.box.x + by } }));

describe('the parity gate of execution providers', () => {
  it.each([
    ['the same boxes', crowd, null],
    ['boxes in another order', crowd.toReversed(), null],
    ['boxes a hair beside', moved(0.00002), null],
    ['scores a hair lower', changed((each) => ({ ...each, score: 0.795 })), null],
    [
      'what nobody counts by',
      [...crowd, { ...crowd[0]!, box: { x: 0.5, y: 0.6, width: 0.1, height: 0.1 }, score: 0.3 }],
      null,
    ],
    ['boxes that lie elsewhere', moved(0.001), /^Its boxes lie elsewhere/],
    ['other scores', changed((each) => ({ ...each, score: 0.78 })), /^Its scores differ by 0\.020/],
    ['nothing', [], /^It finds other boxes: 24 of 24/],
    ['one box less', crowd.slice(1), /^It finds other boxes: 1 of 24/],
    [
      'one box more',
      [...crowd, { ...crowd[0]!, box: { x: 0.5, y: 0.6, width: 0.1, height: 0.1 } }],
      /^It finds other boxes: 1 of 24/,
    ],
    [
      'other labels',
      changed((each) => ({ ...each, label: 'vehicle' })),
      /^It finds other boxes: 48 of 24/,
    ],
  ])('judges a way that finds %s', (_, found, expected) => {
    const reason = judgeParity(compareWays([crowd], [found]));
    if (expected === null) expect(reason).toBeNull();
    else expect(reason).toMatch(expected);
  });

  it('proves nothing on pictures without anybody', () => {
    expect(judgeParity(compareWays([[], []], [[], []]))).toMatch(/only 0 sure boxes/);
  });
});
