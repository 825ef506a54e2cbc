/**
 * Linear assignment with a limit: the cheapest one-to-one pairing, leaving a row alone where pairing costs too much.
 */
import { assert } from '#engine/base/assert.ts';

/** A pair of a row and a column. */
export type Pair = readonly [row: number, column: number];

export interface CostMatrix {
  readonly rows: number;
  readonly columns: number;
  /** Row by row, `rows × columns` values; `Infinity` where a pair is impossible */
  readonly values: Float64Array;
}

/**
 * Pairs rows with columns so that the sum of costs is least, where a row may stay alone for `limit`; no pair that costs
 * `limit` or more is made. Shortest augmenting paths with potentials (Jonker and Volgenant 1987), O(rows² × columns) at worst.
 */
export function assign(costs: CostMatrix, limit: number): Pair[] {
  const { rows, columns, values } = costs;
  assert(values.length === rows * columns, 'a cost matrix has rows × columns values');
  // Column `columns + r` stands for "row r stays alone" and can be taken by row r only.
  const width = columns + rows;
  const rowOf = new Int32Array(width).fill(-1);
  const potential = new Float64Array(width);
  const distance = new Float64Array(width);
  const previous = new Int32Array(width);
  const isDone = new Uint8Array(width);
  const rowPotential = new Float64Array(rows);

  const costOf = (row: number, column: number): number => {
    if (column >= columns) return column - columns === row ? limit : Infinity;
    const value = values[row * columns + column] ?? Infinity;
    return value < limit ? value : Infinity;
  };

  for (let start = 0; start < rows; start += 1) {
    distance.fill(Infinity);
    isDone.fill(0);
    previous.fill(-1);
    let row = start;
    let column = -1;
    let reached = 0;
    for (;;) {
      if (column >= 0) isDone[column] = 1;
      let nearest = -1;
      let least = Infinity;
      for (let next = 0; next < width; next += 1) {
        if (isDone[next] === 1) continue;
        const cost = costOf(row, next);
        if (cost !== Infinity) {
          const through = reached + cost - at(rowPotential, row) - at(potential, next);
          if (through < at(distance, next)) {
            distance[next] = through;
            previous[next] = column;
          }
        }
        if (at(distance, next) < least) {
          least = at(distance, next);
          nearest = next;
        }
      }
      assert(nearest >= 0, 'a row can always stay alone');
      reached = least;
      column = nearest;
      const owner = at(rowOf, column);
      if (owner < 0) break;
      row = owner;
    }
    for (let other = 0; other < width; other += 1) {
      if (isDone[other] !== 1) continue;
      const gain = at(distance, other) - reached;
      rowPotential[at(rowOf, other)] = at(rowPotential, at(rowOf, other)) - gain;
      potential[other] = at(potential, other) + gain;
    }
    rowPotential[start] = at(rowPotential, start) + reached;
    while (column >= 0) {
      const before = at(previous, column);
      rowOf[column] = before < 0 ? start : at(rowOf, before);
      column = before;
    }
  }

  const pairs: Pair[] = [];
  for (let column = 0; column < columns; column += 1) {
    if (at(rowOf, column) >= 0) pairs.push([at(rowOf, column), column]);
  }
  return pairs.sort((a, b) => a[0] - b[0]);
}

function at(list: Float64Array | Int32Array, index: number): number {
  return list[index] ?? 0;
}
