import { describe, expect, it } from 'vitest';
import { fitOf, sumTruth, worstFit } from '#test/renderer.ts';

const compared = (counted: [number, number], truth: [number, number]) => ({
  lineId: 'gate',
  from: 0,
  to: 1,
  counted: { in: counted[0], out: counted[1] },
  truth: { in: truth[0], out: truth[1] },
});

describe('count beside truth', () => {
  it('sums lines and directions', () => {
    expect(sumTruth([compared([3, 4], [3, 5]), compared([1, 0], [1, 0])])).toEqual({
      counted: 8,
      truth: 9,
    });
    expect(sumTruth([])).toEqual({ counted: 0, truth: 0 });
  });

  it.each([
    ['nothing yet', 0, 0, 'exact'],
    ['the same', 41, 41, 'exact'],
    ['one of few missed', 2, 3, 'near'],
    ['two of few missed', 1, 3, 'off'],
    ['two of a hundred missed', 98, 100, 'near'],
    ['two of a hundred too many', 102, 100, 'near'],
    ['three of a hundred too many', 103, 100, 'off'],
  ])('tells how well it fits: %s', (_, counted, truth, expected) => {
    expect(fitOf({ counted, truth })).toBe(expected);
  });

  it('does not let one direction make up for the other', () => {
    const comparisons = [compared([13, 7], [10, 10])];
    expect(sumTruth(comparisons)).toEqual({ counted: 20, truth: 20 });
    expect(worstFit(comparisons)).toBe('off');
  });
});
