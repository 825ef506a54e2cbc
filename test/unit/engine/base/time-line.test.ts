import { describe, expect, it } from 'vitest';
import { startTimeLine, stepTimeLine, type TimeStep } from '#engine/base/time-line.ts';

/** Steps of a camera of 10 frames per second. */
function steps(stamps: readonly number[]): TimeStep[] {
  let state = startTimeLine(10);
  return stamps.map((seconds) => {
    const step = stepTimeLine(state, seconds);
    state = step.next;
    return step;
  });
}

describe('time line', () => {
  it.each([
    ['run', [5, 5.1, 5.2], [0, 0.1, 0.2]],
    ['start late', [1e6, 1e6 + 1], [0, 1]],
    ['repeat once', [0, 0.1, 0.1, 0.3], [0, 0.1, 0.1, 0.3]],
    ['stand', [3, 3, 3, 3, 3], [0, 0, 0, 0.1, 0.2]],
    ['are reordered', [0, 0.2, 0.1, 0.3], [0, 0.2, 0.31, 0.51]],
    ['jump ahead', [0, 60], [0, 60]],
    ['go back by an hour', [3600, 0, 0.1], [0, 0.1, 0.2]],
  ])('goes only forward when stamps %s', (_, stamps, clocks) => {
    expect(steps(stamps).map((step) => Math.round(step.next.clock * 1000) / 1000)).toEqual(clocks);
  });

  it.each([
    ['go back by a frame', [1, 0.9], false],
    ['go back by a minute', [60, 0], true],
    ['jump ahead', [0, 60], false],
  ])('tells whether it is broken when stamps %s', (_, stamps, isBroken) => {
    expect(steps(stamps).at(-1)?.isBroken).toBe(isBroken);
  });

  it('learns the frame rate, and not from gaps', () => {
    const stamps = Array.from({ length: 100 }, (_, frame) => frame / 25 + (frame > 50 ? 7 : 0));
    expect(steps(stamps).at(-1)?.next.intervalSeconds).toBeCloseTo(0.04, 3);
  });
});
