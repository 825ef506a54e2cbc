import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { createMaskFill, runsOf } from '#engine/capture/mask/mask-fill.ts';
import { drawMasks } from '#engine/capture/mask/mask-picture.ts';

const size = { width: 8, height: 6 };
const corners = (...points: [number, number][]) => points.map(([x, y]) => ({ x: x / 8, y: y / 6 }));

/** The mask as text: `#` where a pixel is filled. */
function picture(...masks: ReturnType<typeof corners>[]): string[] {
  const planar = new Uint8Array(8 * 6 * 3).fill(9);
  createMaskFill(masks)?.fill(planar, size);
  const plane = planar.subarray(0, 48);
  expect([...planar.subarray(48, 96)]).toEqual([...plane]);
  expect([...planar.subarray(96)]).toEqual([...plane]);
  return Array.from({ length: 6 }, (_, row) =>
    [...plane.subarray(row * 8, row * 8 + 8)].map((value) => (value === 0 ? '#' : '.')).join(''),
  );
}

describe('mask fill', () => {
  it.each([
    [
      'fills a box',
      corners([1, 1], [4, 1], [4, 3], [1, 3]),
      ['........', '.###....', '.###....', '........', '........', '........'],
    ],
    [
      'fills every pixel that it touches',
      corners([1.4, 1.4], [3.1, 1.4], [3.1, 2.6], [1.4, 2.6]),
      ['........', '.###....', '.###....', '........', '........', '........'],
    ],
    [
      'fills a triangle',
      corners([0, 0], [8, 0], [0, 6]),
      ['########', '#######.', '######..', '####....', '###.....', '##......'],
    ],
    [
      'stays on the picture',
      corners([-3, 4], [20, 4], [20, 9], [-3, 9]),
      ['........', '........', '........', '........', '########', '########'],
    ],
  ])('%s', (_, mask, expected) => {
    expect(picture(mask)).toEqual(expected);
  });

  it('fills several', () => {
    const left = corners([0, 0], [1, 0], [1, 6], [0, 6]);
    const right = corners([7, 0], [8, 0], [8, 6], [7, 6]);
    expect(picture(left, right)).toEqual(Array.from({ length: 6 }, () => '#......#'));
  });

  it('does nothing for each frame without masks', () => {
    expect(createMaskFill([])).toBe(null);
  });

  it('follows a change of the picture size', () => {
    const fill = createMaskFill([corners([0, 0], [4, 0], [4, 6], [0, 6])]);
    const large = new Uint8Array(16 * 12 * 3).fill(9);
    fill?.fill(new Uint8Array(8 * 6 * 3), size);
    fill?.fill(large, { width: 16, height: 12 });
    expect([...large.subarray(0, 16)]).toEqual([
      ...new Array<number>(8).fill(0),
      ...new Array<number>(8).fill(9),
    ]);
  });
});

it('is covered by the picture that ffmpeg lays over', async () => {
  const star = [
    [0.5, 0.05],
    [0.62, 0.4],
    [0.95, 0.42],
    [0.68, 0.6],
    [0.8, 0.95],
    [0.47, 0.71],
    [0.2, 0.9],
    [0.31, 0.57],
    [0.04, 0.35],
    [0.4, 0.37],
  ].map(([x, y]) => ({ x: x!, y: y! }));
  const large = { width: 320, height: 180 };
  const { data, info } = await sharp(await drawMasks([star], large))
    .raw()
    .toBuffer({ resolveWithObject: true });
  expect([info.width, info.height, info.channels]).toEqual([320, 180, 4]);
  const alpha = (at: number) => data[at * 4 + 3];
  const clear = runsOf(star, large).filter(({ from, to }) => {
    return alpha(from) !== 255 || alpha(to - 1) !== 255;
  });
  expect(clear).toEqual([]);
  expect(alpha(0)).toBe(0);
});
