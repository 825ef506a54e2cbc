import { describe, expect, it } from 'vitest';
import { coloursOf } from '#engine/inference/colours.ts';

const size = { width: 40, height: 80 };

/** A picture in G, B, R planes: one colour above `split`, another below. */
function picture(split: number, upper: readonly number[], lower: readonly number[]) {
  const area = size.width * size.height;
  const pixels = new Uint8Array(area * 3);
  for (let y = 0; y < size.height; y++) {
    const [red = 0, green = 0, blue = 0] = y < split ? upper : lower;
    const row = y * size.width;
    pixels.fill(green, row, row + size.width);
    pixels.fill(blue, area + row, area + row + size.width);
    pixels.fill(red, 2 * area + row, 2 * area + row + size.width);
  }
  return { pixels, layout: { picture: size, analysis: size } };
}

describe('coloursOf', () => {
  it('tells what is worn above from what is worn below', () => {
    const shown = picture(40, [200, 10, 20], [0, 30, 90]);
    expect(coloursOf(shown, { x: 0, y: 0, width: 1, height: 1 })).toEqual([200, 10, 20, 0, 30, 90]);
  });

  it('looks only into the box', () => {
    const shown = picture(40, [200, 10, 20], [0, 30, 90]);
    expect(coloursOf(shown, { x: 0.1, y: 0.55, width: 0.3, height: 0.4 })).toEqual([
      ...[0, 30, 90],
      ...[0, 30, 90],
    ]);
  });

  it('stays inside the picture where the box does not', () => {
    const shown = picture(40, [200, 10, 20], [0, 30, 90]);
    expect(coloursOf(shown, { x: 0.9, y: 0.9, width: 0.4, height: 0.6 })).toEqual([
      ...[0, 30, 90],
      ...[0, 30, 90],
    ]);
  });
});
