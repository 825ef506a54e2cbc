/**
 * YOLOX: one row per cell of three grids, `[x, y, log w, log h, object, class …]`, not yet decoded.
 *
 * centre = (offset + cell) × stride, size = exp(log size) × stride, score = object × class. Rows run through the grids
 * of strides 8, 16 and 32 in turn, each from left to right and top to bottom (Ge et al., "YOLOX", 2021).
 */
import type { Size } from '#contract/geometry.ts';
import { firstOutput, rowsOf, shapeError } from '#engine/inference/head.ts';
import type { DecodeHead, RawDetection } from '#engine/inference/head.ts';

const STRIDES = [8, 16, 32];
const FIXED_COLUMNS = 5;

/** Rows that the three grids of an input have. */
export function yoloxRowCount(input: Size): number {
  return STRIDES.reduce(
    (sum, stride) => sum + cells(input.width, stride) * cells(input.height, stride),
    0,
  );
}

export const decodeYolox: DecodeHead = (outputs, context) => {
  const { input, classCount, scoreFloor } = context;
  const { data, count, columns } = rowsOf(firstOutput(outputs), context.batchIndex);
  if (columns !== FIXED_COLUMNS + classCount) {
    throw shapeError(
      `${columns} columns, but ${classCount} classes need ${FIXED_COLUMNS + classCount}`,
    );
  }
  if (count !== yoloxRowCount(input)) {
    throw shapeError(`${count} rows, but the input needs ${yoloxRowCount(input)}`);
  }

  const found: RawDetection[] = [];
  let row = 0;
  for (const stride of STRIDES) {
    const across = cells(input.width, stride);
    const rowsHere = across * cells(input.height, stride);
    for (let cell = 0; cell < rowsHere; cell++, row++) {
      const at = row * columns;
      const objectness = data[at + 4] as number;
      if (objectness <= scoreFloor) continue;
      let classIndex = 0;
      let best = data[at + FIXED_COLUMNS] as number;
      for (let index = 1; index < classCount; index++) {
        const score = data[at + FIXED_COLUMNS + index] as number;
        if (score > best) {
          best = score;
          classIndex = index;
        }
      }
      const score = objectness * best;
      if (score <= scoreFloor) continue;
      const x = ((data[at] as number) + (cell % across)) * stride;
      const y = ((data[at + 1] as number) + Math.floor(cell / across)) * stride;
      const halfWidth = (Math.exp(data[at + 2] as number) * stride) / 2;
      const halfHeight = (Math.exp(data[at + 3] as number) * stride) / 2;
      found.push({
        classIndex,
        score,
        x1: x - halfWidth,
        y1: y - halfHeight,
        x2: x + halfWidth,
        y2: y + halfHeight,
      });
    }
  }
  return found;
};

function cells(length: number, stride: number): number {
  return Math.floor(length / stride);
}
