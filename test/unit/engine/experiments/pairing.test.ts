import { describe, expect, it } from 'vitest';
import { countKinds, pairCrossings } from '#engine/experiments/pairing.ts';

/** `gate in person 1.20` is a crossing at 1.2 s. */
function crossings(...rows: readonly string[]) {
  return rows.map((row) => {
    const [line = '', direction = '', label = '', seconds = '', place = 'door'] = row.split(' ');
    return { place, line, direction, label, at: Number(seconds) * 1000 };
  });
}

describe('pairing', () => {
  it.each([
    ['the same', ['gate in person 1'], ['gate in person 1'], ['both']],
    ['half a second later', ['gate in person 1'], ['gate in person 1.5'], ['both']],
    ['later still', ['gate in person 1'], ['gate in person 1.501'], ['only-a', 'only-b']],
    ['another direction', ['gate in person 1'], ['gate out person 1.2'], ['different']],
    ['another label', ['gate in person 1'], ['gate in vehicle 1'], ['different']],
    ['another line', ['gate in person 1'], ['ramp in person 1'], ['only-a', 'only-b']],
    ['another place', ['gate in person 1'], ['gate in person 1 yard'], ['only-a', 'only-b']],
    ['nothing by B', ['gate in person 1'], [], ['only-a']],
    ['nothing by A', [], ['gate in person 1'], ['only-b']],
    [
      'two of which each has one near',
      ['gate in person 1', 'gate in person 1.4'],
      ['gate in person 1.3', 'gate in person 1.9'],
      ['both', 'both'],
    ],
    [
      'the same kind before another one',
      ['gate in person 1'],
      ['gate out person 1', 'gate in person 1.4'],
      ['only-b', 'both'],
    ],
  ])('%s', (...[, a, b, expected]) => {
    const pairs = pairCrossings(crossings(...a), crossings(...b));
    expect(pairs.map(({ kind }) => kind).sort()).toEqual([...expected].sort());
  });

  it('uses every crossing once, in any order, whichever arm comes first', () => {
    const a = crossings('g in person 3', 'g in person 1', 'g out person 2', 'g in vehicle 9');
    const b = crossings('g in person 1.2', 'g out vehicle 2.1', 'g in person 3.4', 'g in person 5');
    const pairs = pairCrossings(a, b);
    expect(countKinds(pairs)).toEqual({ both: 2, different: 1, 'only-a': 1, 'only-b': 1 });
    expect(new Set(pairs.flatMap((pair) => (pair.a ? [pair.a] : []))).size).toBe(a.length);
    expect(countKinds(pairCrossings(b, a))).toEqual({
      both: 2,
      different: 1,
      'only-a': 1,
      'only-b': 1,
    });
  });
});
