import { describe, expect, it } from 'vitest';
import { type Answerable, answerByTruth } from '#engine/experiments/truth.ts';

const at = (seconds: number, direction: 'in' | 'out' = 'in') => ({
  direction,
  at: seconds * 1000,
});
const pair = (
  kind: Answerable['kind'],
  a: Answerable['a'],
  b: Answerable['b'] = null,
): Answerable => ({ place: 'clip', lineId: 'gate', kind, a, b });
const truth = (seconds: number, direction = 'in') => ({
  ...{ place: 'clip', line: 'gate', direction },
  at: seconds * 1000,
});

describe('answers from the truth', () => {
  it.each([
    ['only A, and it was so', pair('only-a', at(1)), [truth(1.9)], 'a'],
    ['only A, too far from it', pair('only-a', at(1)), [truth(2.1)], 'b'],
    ['only B, and it was so', pair('only-b', null, at(1)), [truth(1)], 'b'],
    ['only B, the other way', pair('only-b', null, at(1, 'out')), [truth(1)], 'a'],
    ['both', pair('both', at(1), at(1.2)), [truth(1)], 'both'],
    ['both, and nobody was there', pair('both', at(1), at(1.2)), [], 'neither'],
    ['differently, A is right', pair('different', at(1), at(1, 'out')), [truth(1)], 'a'],
    ['differently, B is right', pair('different', at(1), at(1, 'out')), [truth(1, 'out')], 'b'],
    ['differently, nobody was there', pair('different', at(1), at(1, 'out')), [], 'neither'],
    ['another line', pair('only-a', at(1)), [{ ...truth(1), line: 'ramp' }], 'b'],
  ])('%s', (...[, event, truths, expected]) => {
    expect(answerByTruth([event], truths)).toEqual([expected]);
  });

  it('use a true crossing once, first for what both counted', () => {
    const pairs = [pair('only-a', at(1)), pair('both', at(1.2), at(1.2))];
    expect(answerByTruth(pairs, [truth(1)])).toEqual(['b', 'both']);
  });
});
