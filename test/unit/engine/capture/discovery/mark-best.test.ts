/**
 * The stream to count on is the smallest one in which people are large enough.
 */
import { describe, expect, it } from 'vitest';
import { markBest } from '#engine/capture/discovery/mark-best.ts';

const stream = (width: number | null) => ({
  ...{ name: '', source: 'rtsp://10.0.0.9/1', codec: 'H264', fps: null },
  picture: width === null ? null : { width, height: 1 },
});

describe('of streams', () => {
  it.each([
    ['one', [320], 0],
    ['a large and a fitting one', [2560, 704], 1],
    ['a large, a fitting and a tiny one', [2560, 704, 320], 1],
    ['tiny ones only', [320, 352], 1],
    ['those that do not say', [null, null], 1],
    ['one that says and one that does not', [1920, null], 0],
  ] as const)('%s', (...[, widths, best]) => {
    expect(markBest(widths.map(stream)).findIndex(({ isBest }) => isBest)).toBe(best);
  });

  it('none are none', () => {
    expect(markBest([])).toEqual([]);
  });
});
