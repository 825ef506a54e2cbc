/**
 * YOLOX: one row per cell of three grids, `[x, y, log w, log h, object, class …]`, not yet decoded.
 *
 * centre = (offset + cell) × stride, size = exp(log size) × stride, score = object × class. Rows run through the grids
 * of strides 8, 16 and 32 in turn, each from left to right and top to bottom (Ge et al., "YOLOX", 2021).
 */
import { cellCount, cellsAcross, gridStrides } from '#engine/base/grid.ts';
import { firstOutput, rowsOf, shapeError } from '#engine/inference/head.ts';
import type { DecodeHead, RawDetection } from '#engine/inference/head.ts';
import { bestClass, centred } from './best-class.ts';

const FIXED_COLUMNS = 5;

export const decodeYolox: DecodeHead = (outputs, context) => {
  const { input, classCount, scoreFloor } = context;
  const { data, count, columns } = rowsOf(firstOutput(outputs), context.batchIndex);
  if (columns !== FIXED_COLUMNS + classCount) {
    throw shapeError(
      `${columns} columns, but ${classCount} classes need ${FIXED_COLUMNS + classCount}`,
    );
  }
  const strides = gridStrides(input, count);
  if (strides === null) throw shapeError(`${count} rows are not the cells of its grids`);

  const found: RawDetection[] = [];
  let row = 0;
  for (const stride of strides) {
    const across = cellsAcross(input.width, stride);
    const cellsHere = cellCount(input, [stride]);
    for (let cell = 0; cell < cellsHere; cell++, row++) {
      const at = row * columns;
      const objectness = data[at + 4] as number;
      if (objectness <= scoreFloor) continue;
      const best = bestClass(data, at + FIXED_COLUMNS, classCount);
      const score = objectness * best.score;
      if (score <= scoreFloor) continue;
      const x = ((data[at] as number) + (cell % across)) * stride;
      const y = ((data[at + 1] as number) + Math.floor(cell / across)) * stride;
      const width = Math.exp(data[at + 2] as number) * stride;
      const height = Math.exp(data[at + 3] as number) * stride;
      found.push({ classIndex: best.classIndex, score, ...centred(x, y, [width, height]) });
    }
  }
  return found;
};
