import { describe, expect, it } from 'vitest';
import { createSteadyCount } from '#engine/counting/steady-count.ts';

describe('a steady count', () => {
  it.each([
    [
      'is unknown before the window is full',
      [
        [0, 3],
        [4, 3],
      ],
      null,
    ],
    [
      'is the least of the window',
      [
        [0, 3],
        [2, 1],
        [5, 4],
      ],
      1,
    ],
    [
      'forgets what is older',
      [
        [0, 0],
        [1, 2],
        [3, 3],
        [6, 4],
      ],
      2,
    ],
    [
      'begins anew after a pause',
      [
        [0, 5],
        [9, 5],
      ],
      null,
    ],
    [
      'begins anew when the clock goes back',
      [
        [5, 3],
        [8, 3],
        [2, 3],
        [5, 3],
      ],
      null,
    ],
  ] as const)('%s', (_, looks, expected) => {
    const steady = createSteadyCount(5000);
    const answers = looks.map(([seconds, count]) => steady.add(count, seconds * 1000));
    expect(answers.at(-1)).toBe(expected);
  });
});
