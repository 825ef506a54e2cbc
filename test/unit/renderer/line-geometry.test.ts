/**
 * Which side is in, and where the label of a line goes.
 */
import { describe, expect, it } from 'vitest';
import type { Point } from '#contract/geometry.ts';
import { fitInside, lengthOf, middleOf, placeLabel, straighten, toPx } from '#test/renderer.ts';

const size = { width: 200, height: 100 };
const p = (x: number, y: number) => ({ x, y });

describe('middle of a line', () => {
  it.each([
    ['to the right: in is above', [p(0, 0.5), p(1, 0.5)], [100, 50, 0, -1]],
    ['to the left: in is below', [p(1, 0.5), p(0, 0.5)], [100, 50, 0, 1]],
    ['down: in is on the right of the picture', [p(0.5, 0), p(0.5, 1)], [100, 50, 1, 0]],
    ['up: in is on the left of the picture', [p(0.5, 1), p(0.5, 0)], [100, 50, -1, 0]],
    ['with a corner, by its length', [p(0, 0), p(0.5, 0), p(0.5, 1)], [100, 0, 0, -1]],
  ])('%s', (_, points, expected) => {
    const middle = middleOf(points, size);
    expect([middle.point.x, middle.point.y, middle.toIn.x, middle.toIn.y]).toEqual(
      expected.map((value) => expect.closeTo(value, 6) as number),
    );
  });

  it('has no direction for a line without length, and does not fail', () => {
    expect(middleOf([p(0.5, 0.5), p(0.5, 0.5)], size)).toEqual({
      point: p(100, 50),
      toIn: p(0, -1),
    });
    expect(lengthOf([])).toBe(0);
  });
});

describe('straightening', () => {
  it.each([
    ['flat', p(0.9, 0.7), p(0.9, 0.5)],
    ['upright', p(0.55, 0.9), p(0.5, 0.9)],
    ['by px, not by share of the picture', p(0.7, 0.8), p(0.7, 0.5)],
  ])('%s', (_, to, expected) => {
    expect(straighten(p(0.5, 0.5), to, size)).toEqual(expected);
  });
});

describe('place of a label', () => {
  const picture = { x: 0, y: 0, ...size };
  const label = { width: 60, height: 30 };
  const lineOf = (points: readonly Point[], on = size) => ({
    path: points.map((point) => toPx(point, on)),
    middle: middleOf(points, on),
  });

  it.each([
    ['above the upper end of an upright line', [p(0.5, 0.9), p(0.5, 0.5)], [70, 12]],
    ['the same whichever way it is drawn', [p(0.5, 0.5), p(0.5, 0.9)], [70, 12]],
    [
      'beside the middle of a line across the picture, on its out side',
      [p(0, 0.4), p(1, 0.4)],
      [70, 48],
    ],
    ['below the lower end where there is no room above', [p(0.5, 0), p(0.5, 0.5)], [70, 58]],
  ])('is %s', (_, points, [x, y]) => {
    expect(placeLabel(lineOf(points), label, { picture, taken: [] })).toEqual({ x, y, ...label });
  });

  it.each([
    ['the upper edge', [p(0, 0.02), p(1, 0.02)]],
    ['the lower edge', [p(0, 0.98), p(1, 0.98)]],
    ['the right edge', [p(0.99, 0), p(0.99, 1)]],
    ['the left edge', [p(0.01, 1), p(0.01, 0)]],
    ['a corner', [p(0.99, 0.99), p(1, 1)]],
  ])('stays on the picture at %s', (_, points) => {
    const rect = placeLabel(lineOf(points), label, { picture, taken: [] });
    expect(rect.x >= 0 && rect.y >= 0 && rect.x + 60 <= 200 && rect.y + 30 <= 100).toBe(true);
  });

  it('does not cover a label that is there already', () => {
    const line = lineOf([p(0, 0.4), p(1, 0.4)]);
    const first = placeLabel(line, label, { picture, taken: [] });
    const second = placeLabel(line, label, { picture, taken: [first] });
    const apart = second.y + 30 <= first.y || second.x >= first.x + 60 || second.x + 60 <= first.x;
    expect(apart).toBe(true);
  });

  it('gives a place even when the picture is smaller than the label', () => {
    const tiny = fitInside({ width: 20, height: 10 }, size);
    const rect = placeLabel(lineOf([p(0, 0), p(1, 1)], tiny), label, { picture: tiny, taken: [] });
    expect(rect).toMatchObject({ x: 0, y: 0 });
  });
});
