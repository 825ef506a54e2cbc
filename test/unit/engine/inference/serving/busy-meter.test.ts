import { describe, expect, it } from 'vitest';
import { createBusyMeter } from '#engine/inference/serving/busy-meter.ts';

const [first, second] = [{}, {}];
/** What happens at which ms: a run begins (+) or ends (-) at an instance, or a look at so many of them. */
type Step =
  readonly [atMs: number, what: '+' | '-', of: object] | readonly [atMs: number, look: number];

function shares(steps: readonly Step[]): number[] {
  let nowMs = 0;
  const meter = createBusyMeter({ monotonicMs: () => nowMs });
  return steps.flatMap((step) => {
    nowMs = step[0];
    if (step.length === 2) return [meter.look(step[1])];
    meter[step[1] === '+' ? 'began' : 'ended'](step[2]);
    return [];
  });
}

describe('the busy share of instances', () => {
  it.each<[string, Step[], number[]]>([
    ['nothing', [[1000, 1]], [0]],
    [
      'a run within a second',
      [
        [200, '+', first],
        [450, '-', first],
        [1000, 1],
      ],
      [0.25],
    ],
    [
      'runs that overlap, counted once',
      [
        [0, '+', first],
        [100, '+', first],
        [500, '-', first],
        [600, '-', first],
        [1000, 1],
      ],
      [0.6],
    ],
    [
      'a run over two looks',
      [
        [500, '+', first],
        [1000, 1],
        [1500, '-', first],
        [2000, 1],
      ],
      [0.5, 0.5],
    ],
    [
      'one of two',
      [
        [0, '+', first],
        [1000, 2],
      ],
      [0.5],
    ],
    [
      'both',
      [
        [0, '+', first],
        [0, '+', second],
        [1000, 2],
      ],
      [1],
    ],
    [
      'one that was let go within the second',
      [
        [0, '+', first],
        [900, '-', first],
        [1000, 0],
      ],
      [0.9],
    ],
    [
      'two looks at once',
      [
        [1000, 1],
        [1000, 1],
      ],
      [0, 0],
    ],
  ])('%s', (_, steps, expected) => {
    expect(shares(steps)).toEqual(expected);
  });
});
