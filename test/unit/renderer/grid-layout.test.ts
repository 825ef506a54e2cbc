/**
 * How tiles share the wall.
 */
import { describe, expect, it } from 'vitest';
import { chooseGrid, fitInside, previewWidth } from '#test/renderer.ts';

const wide = { width: 1600, height: 900 };
const shape = { gap: 8, aspect: 16 / 9 };

describe('grid of the wall', () => {
  it.each([
    [1, 1, 1],
    [2, 2, 1],
    [3, 2, 2],
    [4, 2, 2],
    [5, 3, 2],
    [6, 3, 2],
    [7, 3, 3],
    [9, 3, 3],
    [12, 4, 3],
    [16, 4, 4],
  ])('%i cameras on a wide screen: %i × %i', (count, columns, rows) => {
    expect(chooseGrid(count, wide, shape)).toEqual({ columns, rows });
  });

  it('stacks two cameras on an upright screen', () => {
    expect(chooseGrid(2, { width: 700, height: 1200 }, shape)).toEqual({ columns: 1, rows: 2 });
  });

  it('has a place for every camera on any screen', () => {
    for (let count = 1; count <= 16; count++) {
      for (const area of [wide, { width: 300, height: 2000 }, { width: 3000, height: 200 }]) {
        const { columns, rows } = chooseGrid(count, area, shape);
        expect(columns * rows).toBeGreaterThanOrEqual(count);
      }
    }
  });
});

describe('picture within a tile', () => {
  it('keeps its shape and is centred', () => {
    expect(fitInside({ width: 400, height: 400 }, { width: 16, height: 9 })).toEqual({
      x: 0,
      y: 87.5,
      width: 400,
      height: 225,
    });
  });

  it.each<[string, Parameters<typeof previewWidth>, number]>([
    ['in steps of 64', [500, 1, 1280], 512],
    ['for a dense screen', [500, 2, 1920], 1024],
    ['never wider than the camera', [1000, 2, 640], 640],
    ['never below the least of the contract', [10, 1, null], 64],
  ])('is asked for %s', (_, input, expected) => {
    expect(previewWidth(...input)).toBe(expected);
  });
});
