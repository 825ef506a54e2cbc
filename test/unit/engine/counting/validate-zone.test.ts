import { describe, expect, it } from 'vitest';
import { StationError } from '#contract/error.ts';
import { depthOf, toPolygon } from '#engine/counting/polygon.ts';
import { validateZone } from '#engine/counting/validate-zone.ts';

const picture = { width: 1000, height: 500 };
const points = (...list: readonly (readonly [number, number])[]) =>
  list.map(([x, y]) => ({ x, y }));
const square = points([0.1, 0.1], [0.9, 0.1], [0.9, 0.9], [0.1, 0.9]);
const notch = points([0.1, 0.1], [0.9, 0.1], [0.9, 0.9], [0.5, 0.3], [0.1, 0.9]);

describe('zone validation', () => {
  it.each([
    ['a triangle', points([0.1, 0.1], [0.9, 0.1], [0.5, 0.9])],
    ['a square', square],
    ['a polygon with a notch', notch],
    ['the whole picture', points([0, 0], [1, 0], [1, 1], [0, 1])],
  ])('takes %s', (_, zone) => {
    expect(() => validateZone(zone, picture)).not.toThrow();
  });

  it.each([
    ['two points', points([0.1, 0.1], [0.9, 0.9]), undefined],
    ['a point outside', points([0.1, 0.1], [0.9, 0.1], [0.5, 1.1]), 'points.2'],
    ['a point that is no number', points([0.1, 0.1], [0.9, Number.NaN], [0.5, 0.9]), 'points.1'],
    ['a doubled point', points([0.1, 0.1], [0.9, 0.1], [0.9, 0.1], [0.5, 0.9]), 'points.2'],
    ['a bow tie', points([0.1, 0.1], [0.9, 0.9], [0.9, 0.1], [0.1, 0.9]), 'points.2'],
    ['a flat one', points([0.1, 0.5], [0.5, 0.5], [0.9, 0.5]), undefined],
  ])('refuses %s', (_, zone, where) => {
    let refusal: unknown;
    try {
      validateZone(zone, picture);
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toBeInstanceOf(StationError);
    const { code, path } = refusal as StationError;
    expect({ code, path }).toEqual({ code: 'REQ_001', path: where });
  });
});

describe('depth in a polygon', () => {
  it.each([
    ['in the middle', { zone: square, x: 500, y: 250 }, 200],
    ['near an edge', { zone: square, x: 500, y: 60 }, 10],
    ['on an edge', { zone: square, x: 500, y: 50 }, 0],
    ['outside of an edge', { zone: square, x: 500, y: 40 }, -10],
    ['outside of a corner', { zone: square, x: 97, y: 46 }, -5],
    ['in a notch', { zone: notch, x: 500, y: 160 }, -8],
    ['above a notch', { zone: notch, x: 500, y: 140 }, 10],
  ])('%s', (_, { zone, x, y }, expected) => {
    expect(depthOf(toPolygon(zone, picture), { x, y })).toBeCloseTo(expected, 0);
  });
});
