import { describe, expect, it } from 'vitest';
import type { PathBlock } from '#engine/base/trajectory.ts';
import { boxesOf } from '#engine/recorded-boxes.ts';

/** One track: seen in pictures 0 to 2 while it moves to the right, gone, and seen once more. */
const block: PathBlock = {
  ...{ epoch: 1, picture: { width: 640, height: 480 }, frameMs: [0, 100, 200, 300, 400] },
  paths: [
    {
      ...{ trackId: 1, labels: [{ frame: 0, label: 'person' }], unconfirmedLooks: 0 },
      runEnds: [2, 3],
      frame: Int32Array.from([0, 2, 4]),
      boxes: Float32Array.from([100, 50, 150, 40, 140, 50, 150, 40, 300, 60, 160, 20]),
    },
  ],
};
const at = (x: number) => ({ x, y: 50, width: 40, height: 100 });

describe('boxes of a recording', () => {
  it('are where the tracks were in each picture of the span', () => {
    expect(boxesOf([block], { from: 100, to: 401 })).toEqual({
      picture: { width: 640, height: 480 },
      frames: [
        { at: 100, boxes: [at(100)] },
        { at: 200, boxes: [at(120)] },
        { at: 300, boxes: [] },
        { at: 400, boxes: [{ x: 290, y: 60, width: 20, height: 100 }] },
      ],
    });
  });

  it('are none where nothing was stored', () => {
    expect(boxesOf([], { from: 0, to: 1 })).toEqual({ picture: null, frames: [] });
  });

  it('leave out what was measured in a picture of another size', () => {
    const wide = { ...block, picture: { width: 1280, height: 720 } };
    expect(boxesOf([wide, block], { from: 0, to: 1 }).frames).toHaveLength(1);
  });
});
