/**
 * NanoDet and PicoDet without suppression inside: per cell the scores of the classes and, for each side of the box, a
 * distribution over distances 0, 1, 2 … in strides, whose mean is the distance (Li et al., "Generalized Focal Loss", 2020).
 *
 *        top
 *   left  +  right     + is the centre of the cell: (cell + 0.5) × stride
 *       bottom
 *
 * NanoDet gives one output `[cells, classes + sides]`; PicoDet one pair of outputs per grid. Strides 8, 16, 32 and
 * mostly 64.
 */
import { cellCount, cellsAcross, gridStrides } from '#engine/base/grid.ts';
import { rowsOf, shapeError } from '#engine/inference/head.ts';
import type { DecodeHead, HeadContext, Outputs, RawDetection } from '#engine/inference/head.ts';
import { bestClass } from './best-class.ts';

const SIDES = 4;

export const decodeNanodet: DecodeHead = (outputs, context) => {
  const cells = gatherCells(outputs, context);
  const strides = gridStrides(context.input, cells.count);
  if (strides === null) throw shapeError(`${cells.count} rows are not the cells of its grids`);
  const isLogit = holdsLogits(cells);

  const found: RawDetection[] = [];
  let row = 0;
  for (const stride of strides) {
    const across = cellsAcross(context.input.width, stride);
    const cellsHere = cellCount(context.input, [stride]);
    for (let cell = 0; cell < cellsHere; cell++, row++) {
      const best = bestClass(cells.scores, row * cells.scoreStep, context.classCount);
      const score = isLogit ? 1 / (1 + Math.exp(-best.score)) : best.score;
      if (score <= context.scoreFloor) continue;
      const x = ((cell % across) + 0.5) * stride;
      const y = (Math.floor(cell / across) + 0.5) * stride;
      const side = (index: number): number =>
        stride *
        meanDistance(
          cells.sides,
          row * cells.sideStep + cells.sideStart + index * cells.bins,
          cells.bins,
        );
      found.push({
        classIndex: best.classIndex,
        score,
        x1: x - side(0),
        y1: y - side(1),
        x2: x + side(2),
        y2: y + side(3),
      });
    }
  }
  return found;
};

/** Where the scores and the distributions of each cell lie. */
interface Cells {
  readonly count: number;
  readonly classCount: number;
  readonly scores: Float32Array;
  readonly scoreStep: number;
  readonly sides: Float32Array;
  readonly sideStep: number;
  readonly sideStart: number;
  /** Distances per side */
  readonly bins: number;
}

function gatherCells(outputs: Outputs, { batchIndex, classCount }: HeadContext): Cells {
  const tables = Object.values(outputs).map((tensor) => rowsOf(tensor, batchIndex));
  const [only] = tables;
  if (only === undefined) throw shapeError('it gives nothing');
  if (tables.length === 1) {
    return {
      count: only.count,
      classCount,
      scores: only.data,
      scoreStep: only.columns,
      sides: only.data,
      sideStep: only.columns,
      sideStart: classCount,
      bins: binsOf(only.columns - classCount),
    };
  }
  const largestFirst = [...tables].sort((a, b) => b.count - a.count);
  const scores = largestFirst.filter(({ columns }) => columns === classCount);
  const sides = largestFirst.filter(({ columns }) => columns !== classCount);
  const sideColumns = sides[0]?.columns ?? 0;
  const isPaired =
    scores.length === sides.length &&
    scores.every(({ count }, index) => count === sides[index]?.count) &&
    sides.every(({ columns }) => columns === sideColumns);
  if (!isPaired) throw shapeError(`its outputs are not pairs for ${classCount} classes`);
  return {
    count: scores.reduce((sum, { count }) => sum + count, 0),
    classCount,
    scores: concatenate(scores.map(({ data }) => data)),
    scoreStep: classCount,
    sides: concatenate(sides.map(({ data }) => data)),
    sideStep: sideColumns,
    sideStart: 0,
    bins: binsOf(sideColumns),
  };
}

function binsOf(columns: number): number {
  if (columns < SIDES * 2 || columns % SIDES !== 0) {
    throw shapeError(`${columns} columns are not the distances of four sides`);
  }
  return columns / SIDES;
}

/** Probabilities are never below 0; most exports end in a sigmoid, some do not. */
function holdsLogits({ scores, scoreStep, classCount, count }: Cells): boolean {
  for (let row = 0; row < count; row++) {
    for (let index = 0; index < classCount; index++) {
      if ((scores[row * scoreStep + index] as number) < 0) return true;
    }
  }
  return false;
}

/** Mean of the softmax over `bins` logits from `at`, in strides. */
function meanDistance(data: Float32Array, at: number, bins: number): number {
  let highest = -Infinity;
  for (let bin = 0; bin < bins; bin++) highest = Math.max(highest, data[at + bin] as number);
  let sum = 0;
  let weighted = 0;
  for (let bin = 0; bin < bins; bin++) {
    const weight = Math.exp((data[at + bin] as number) - highest);
    sum += weight;
    weighted += weight * bin;
  }
  return weighted / sum;
}

function concatenate(parts: readonly Float32Array[]): Float32Array {
  const joined = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
