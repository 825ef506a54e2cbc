import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchEvents, type TimedEvent, toleranceMs } from '#engine/audit/match.ts';

const inAt = (at: number): TimedEvent => ({ direction: 'in', at });
const outAt = (at: number): TimedEvent => ({ direction: 'out', at });

describe('marks and events', () => {
  it.each([
    ['at the same moment', [inAt(5000)], [inAt(5000)], [1, 0, 0]],
    ['a second apart', [inAt(6000)], [inAt(5000)], [1, 0, 0]],
    ['more than a second apart', [inAt(6001)], [inAt(5000)], [0, 1, 1]],
    ['of opposite directions', [inAt(5000)], [outAt(5000)], [0, 1, 1]],
    [
      'two in a row, each a little late',
      [inAt(5800), inAt(6600)],
      [inAt(5000), inAt(6000)],
      [2, 0, 0],
    ],
    ['one mark between two events', [inAt(5500)], [inAt(5000), inAt(6000)], [1, 0, 1]],
    [
      'a group of which one was missed',
      [inAt(1000), inAt(1300), inAt(1600)],
      [inAt(900), inAt(1500)],
      [2, 1, 0],
    ],
  ])('%s', (_, marks, events, expected) => {
    const { pairs, onlyMarked, onlyCounted } = matchEvents(marks, events);
    expect([pairs.length, onlyMarked.length, onlyCounted.length]).toEqual(expected);
  });

  it('make as many pairs as can be made, and lose nothing', () => {
    const times = fc.array(fc.integer({ min: 0, max: 8_000 }), { maxLength: 6 });
    fc.assert(
      fc.property(times, times, (a, b) => {
        const { pairs, onlyMarked, onlyCounted } = matchEvents(a.map(inAt), b.map(inAt));
        expect(pairs.length + onlyMarked.length).toBe(a.length);
        expect(pairs.length + onlyCounted.length).toBe(b.length);
        for (const { mark, event } of pairs) {
          expect(Math.abs(mark.at - event.at)).toBeLessThanOrEqual(toleranceMs);
        }
        expect(pairs.length).toBe(mostPairs(a, b));
      }),
    );
  });
});

/** By trying everything. */
function mostPairs(a: readonly number[], b: readonly number[]): number {
  const [first, ...rest] = a;
  if (first === undefined) return 0;
  const without = mostPairs(rest, b);
  const taken = b.map((at, index) =>
    Math.abs(at - first) <= toleranceMs ? 1 + mostPairs(rest, b.toSpliced(index, 1)) : 0,
  );
  return Math.max(without, ...taken);
}
