import { describe, expect, it } from 'vitest';
import { StationError } from '#contract/error.ts';
import { validateLine } from '#engine/counting/validate-line.ts';

const picture = { width: 1000, height: 500 };
const points = (...list: readonly (readonly [number, number])[]) =>
  list.map(([x, y]) => ({ x, y }));

describe('line validation', () => {
  it.each([
    ['a segment', points([0.1, 0.5], [0.9, 0.5])],
    ['a polyline', points([0.1, 0.5], [0.5, 0.2], [0.9, 0.5])],
    ['a straight polyline', points([0.1, 0.5], [0.5, 0.5], [0.9, 0.5])],
    ['the edge of the picture', points([0, 0], [1, 0], [1, 1])],
    ['a hook', points([0.1, 0.1], [0.9, 0.1], [0.9, 0.9], [0.1, 0.9], [0.1, 0.2])],
  ])('takes %s', (_, line) => {
    expect(() => validateLine(line, picture)).not.toThrow();
  });

  it.each([
    ['one point', points([0.1, 0.5]), undefined],
    ['no length', points([0.1, 0.5], [0.1, 0.5]), 'points.1'],
    ['hardly a length', points([0.1, 0.5], [0.103, 0.5]), 'points.1'],
    ['a doubled corner', points([0.1, 0.5], [0.5, 0.5], [0.5, 0.5], [0.9, 0.1]), 'points.2'],
    ['a point outside', points([0.1, 0.5], [1.2, 0.5]), 'points.1'],
    ['a point that is no number', points([Number.NaN, 0.5], [0.2, 0.5]), 'points.0'],
    ['a loop', points([0.1, 0.5], [0.9, 0.5], [0.9, 0.9], [0.5, 0.1]), 'points.2'],
    ['a line that runs back over itself', points([0.1, 0.5], [0.9, 0.5], [0.4, 0.5]), 'points.1'],
    ['a closed ring', points([0.1, 0.1], [0.9, 0.1], [0.9, 0.9], [0.1, 0.1]), 'points.2'],
  ])('refuses %s', (_, line, where) => {
    const refusal = catchError(() => validateLine(line, picture));
    expect({ code: refusal.code, path: refusal.path }).toEqual({ code: 'REQ_001', path: where });
  });
});

function catchError(run: () => void): StationError {
  try {
    run();
  } catch (error) {
    if (error instanceof StationError) return error;
  }
  throw new Error('did not refuse');
}
