import { describe, expect, it } from 'vitest';
import { createSurface, draw, type Surface } from '#engine/capture/simulated/raster.ts';
import { boundsOf, covers, type Shape } from '#engine/capture/simulated/shapes.ts';

const flat = { x: 0, y: 0 };
const white = [255, 255, 255] as const;

/** Area that is covered, px². */
function area(surface: Surface): number {
  return surface.red.reduce((sum, value) => sum + value, 0) / 255;
}

function drawn(shape: Shape): Surface {
  const surface = createSurface({ width: 40, height: 30 });
  draw(surface, shape, flat);
  return surface;
}

describe('drawing', () => {
  it.each<[string, readonly number[], number]>([
    ['a rectangle off the grid', [5.3, 4.6, 15.8, 4.6, 15.8, 12.1, 5.3, 12.1], 10.5 * 7.5],
    ['a triangle', [2, 2, 30, 6, 10, 25], 306],
    ['a rectangle half outside', [-10, 5, 10, 5, 10, 15, -10, 15], 100],
    ['a rectangle beside the picture', [50, 5, 60, 5, 60, 15, 50, 15], 0],
  ])('covers the area of %s', (_, points, expected) => {
    const surface = drawn({ kind: 'polygon', points, colour: white, opacity: 1 });
    expect(Math.abs(area(surface) - expected)).toBeLessThan(2.5);
  });

  it('covers the area of a capsule', () => {
    const surface = drawn({
      kind: 'capsule',
      ax: 10,
      ay: 10,
      ar: 4,
      bx: 25,
      by: 15,
      br: 4,
      colour: white,
    });
    const expected = Math.PI * 16 + 8 * Math.hypot(15, 5);
    expect(Math.abs(area(surface) - expected)).toBeLessThan(4);
  });

  it('darkens under a shadow and leaves the rest', () => {
    const surface = createSurface({ width: 40, height: 30 });
    surface.all.fill(200);
    const shadow = { ax: 20, ay: 15, ar: 8, bx: 20, by: 15, br: 8, squash: 0.5, factor: 0.5 };
    draw(surface, { kind: 'shade', ...shadow }, flat);
    expect(surface.red[15 * 40 + 20]).toBeLessThan(110);
    expect(surface.red[15 * 40 + 30]).toBe(200);
    expect(surface.red[21 * 40 + 20]).toBe(200);
  });
});

describe('shapes', () => {
  const shapes: Shape[] = [
    { kind: 'capsule', ax: 10, ay: 10, ar: 2, bx: 10, by: 20, br: 3, colour: white },
    { kind: 'polygon', points: [20, 20, 30, 20, 25, 28], colour: white, opacity: 1 },
    { kind: 'shade', ax: 90, ay: 90, ar: 9, bx: 90, by: 90, br: 9, squash: 1, factor: 0.5 },
  ];

  it('have bounds without their shadows', () => {
    expect(boundsOf(shapes)).toEqual({ left: 7, top: 8, right: 30, bottom: 28 });
  });

  it.each([
    [10, 15, true],
    [13.5, 15, false],
    [25, 22, true],
    [21, 27, false],
    [90, 90, false],
  ])('cover %d, %d: %s', (x, y, expected) => {
    expect(covers(shapes, x, y)).toBe(expected);
  });
});
