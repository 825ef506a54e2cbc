import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assign, type CostMatrix } from '#engine/tracking/assignment.ts';

const matrix = (...rows: readonly (readonly number[])[]): CostMatrix => ({
  rows: rows.length,
  columns: rows[0]?.length ?? 0,
  values: Float64Array.from(rows.flat()),
});

describe('assignment', () => {
  it.each([
    ['nothing', { costs: matrix(), limit: 1 }, ''],
    ['no columns', { costs: matrix([], []), limit: 1 }, ''],
    ['the cheaper of two', { costs: matrix([0.5, 0.2]), limit: 1 }, '0-1'],
    ['for the least sum', { costs: matrix([0.1, 0.2], [0.1, 0.9]), limit: 1 }, '0-1 1-0'],
    ['nobody above the limit', { costs: matrix([0.9, 0.1], [0.9, 0.2]), limit: 0.8 }, '0-1'],
    ['nobody at the limit', { costs: matrix([0.8]), limit: 0.8 }, ''],
    ['what is possible', { costs: matrix([Infinity, 0.3], [0.3, 0.1]), limit: 1 }, '0-1 1-0'],
    ['more rows than columns', { costs: matrix([0.3], [0.2], [0.4]), limit: 1 }, '1-0'],
  ])('pairs %s', (_, given, expected) => {
    const pairs = assign(given.costs, given.limit);
    expect(pairs.map((pair) => pair.join('-')).join(' ')).toBe(expected);
  });

  it('finds the same total as trying all pairings', () => {
    const costs = fc
      .tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 }))
      .chain(([rows, columns]) =>
        fc
          .array(
            fc.oneof(
              { weight: 5, arbitrary: fc.double({ min: 0, max: 1, noNaN: true }) },
              fc.constant(Infinity),
            ),
            { minLength: rows * columns, maxLength: rows * columns },
          )
          .map((values) => ({ rows, columns, values: Float64Array.from(values) })),
      );
    fc.assert(
      fc.property(costs, fc.double({ min: 0.1, max: 1, noNaN: true }), (given, limit) => {
        const pairs = assign(given, limit);
        const total = pairs.reduce(
          (sum, [row, column]) => sum + given.values[row * given.columns + column]!,
          limit * (given.rows - pairs.length),
        );
        expect(total).toBeCloseTo(leastTotal(given, limit), 9);
        expect(new Set(pairs.map((pair) => pair[1])).size).toBe(pairs.length);
      }),
    );
  });
});

/** The least total over all ways to pair the rows from `row` on with columns that are not taken. */
function leastTotal(costs: CostMatrix, limit: number): number {
  const from = (row: number, taken: readonly number[]): number => {
    if (row === costs.rows) return 0;
    const columns = Array.from({ length: costs.columns }, (_, column) => column);
    const paired = columns
      .filter((column) => !taken.includes(column))
      .map((column) => [column, costs.values[row * costs.columns + column]!] as const)
      .filter(([, cost]) => cost < limit)
      .map(([column, cost]) => cost + from(row + 1, [...taken, column]));
    return Math.min(limit + from(row + 1, taken), ...paired);
  };
  return from(0, []);
}
