import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawSlots, type Slot } from '#engine/audit/sample.ts';

const minute = 60_000;

const slots = fc
  .array(fc.record({ hour: fc.integer({ min: 0, max: 23 }), counted: fc.nat({ max: 12 }) }), {
    minLength: 1,
    maxLength: 120,
  })
  .map((list): Slot[] =>
    list.map((slot, index) => ({
      ...slot,
      lineId: 'door',
      from: index * minute,
      to: (index + 1) * minute,
    })),
  );
const order = fc.record({
  clips: fc.integer({ min: 1, max: 60 }),
  seed: fc.integer({ min: 0, max: 2 ** 31 }),
});

describe('a draw', () => {
  it('is the same again for the same seed, however the slots come', () => {
    fc.assert(
      fc.property(slots, order, (all, wish) => {
        expect(drawSlots(all.toReversed(), wish)).toEqual(drawSlots(all, wish));
      }),
    );
  });

  it('has as many clips as wished, none twice, each with the chance of its stratum', () => {
    fc.assert(
      fc.property(slots, order, (all, wish) => {
        const { strata, slots: drawn } = drawSlots(all, wish);
        expect(drawn).toHaveLength(Math.min(wish.clips, all.length));
        expect(new Set(drawn.map(({ from }) => from)).size).toBe(drawn.length);
        expect(strata.reduce((sum, { size }) => sum + size, 0)).toBe(all.length);
        for (const slot of drawn) {
          const stratum = strata[slot.stratum]!;
          expect(slot.inclusion).toBe(stratum.drawn / stratum.size);
        }
        const found = strata.map((_, at) => drawn.filter(({ stratum }) => stratum === at).length);
        expect(found).toEqual(strata.map((stratum) => stratum.drawn));
      }),
    );
  });

  it('takes two of every stratum where there are two and the clips suffice', () => {
    fc.assert(
      fc.property(slots, order, (all, wish) => {
        const { strata } = drawSlots(all, wish);
        const needed = strata.reduce((sum, { size }) => sum + Math.min(2, size), 0);
        if (needed > Math.min(wish.clips, all.length)) return;
        for (const { size, drawn } of strata) {
          expect(drawn).toBeGreaterThanOrEqual(Math.min(2, size));
        }
      }),
    );
  });

  it('gives every slot of a stratum the same chance', () => {
    const all = Array.from({ length: 10 }, (_, index): Slot => {
      return { lineId: 'door', from: index, to: index + 1, hour: 9, counted: 3 };
    });
    const times = new Map<number, number>();
    for (let seed = 0; seed < 2_000; seed += 1) {
      for (const { from } of drawSlots(all, { clips: 4, seed }).slots) {
        times.set(from, (times.get(from) ?? 0) + 1);
      }
    }
    // 800 ± 4 deviations of a binomial of 2000 with 0.4
    for (const count of times.values()) expect(Math.abs(count - 800)).toBeLessThan(88);
  });

  it('looks more often where more passes', () => {
    const quiet = Array.from({ length: 40 }, (_, at) => slot(at, 3, 0));
    const busy = Array.from({ length: 40 }, (_, at) => slot(100 + at, 9, 20));
    const { strata } = drawSlots([...quiet, ...busy], { clips: 20, seed: 1 });
    expect(strata.map(({ density, drawn }) => [density, drawn])).toEqual([
      ['none', 3],
      ['many', 17],
    ]);
  });
});

function slot(at: number, hour: number, counted: number): Slot {
  return { lineId: 'door', from: at, to: at + 1, hour, counted };
}
