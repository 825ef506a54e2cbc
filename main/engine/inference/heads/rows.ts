/**
 * Networks that have chosen their boxes themselves and give one row for each: they differ in the order of the columns.
 */
import { firstOutput, rowsOf, shapeError } from '#engine/inference/head.ts';
import type { DecodeHead, OutputTensor, RawDetection } from '#engine/inference/head.ts';

/** Which column holds what. Edges are x1, y1, x2, y2 in px of the input from column `edges`. */
interface Columns {
  readonly count: number;
  readonly edges: number;
  readonly score: number;
  readonly classIndex: number;
}

/** YOLOv10 and other exports with N × 6: `[x1, y1, x2, y2, score, class]`. */
export const decodeYolov10: DecodeHead = (outputs, { batchIndex, scoreFloor }) =>
  readRows(rowsOf(firstOutput(outputs), batchIndex), {
    columns: { count: 6, edges: 0, score: 4, classIndex: 5 },
    scoreFloor,
  });

/** YOLOv7 end to end, N × 7: `[picture, x1, y1, x2, y2, class, score]`, one picture at a time. */
export const decodeEnd2end7: DecodeHead = (outputs, { scoreFloor }) =>
  readRows(rowsOf(firstOutput(outputs), 0), {
    columns: { count: 7, edges: 1, score: 6, classIndex: 5 },
    scoreFloor,
  });

/**
 * PaddleDetection with its suppression inside: `[class, score, x1, y1, x2, y2]` and how many rows are valid. The rows are
 * in px of the picture divided by `scale_factor`, which the session sets to 1.
 */
export const decodePicodetNms: DecodeHead = (outputs, { scoreFloor }) => {
  const tensors = Object.values(outputs);
  const rows = rowsOf(tensors.find(isTable), 0);
  const stated = tensors.find((tensor) => !isTable(tensor))?.data[0] ?? rows.count;
  return readRows(
    { ...rows, count: Math.min(rows.count, stated) },
    { columns: { count: 6, edges: 2, score: 1, classIndex: 0 }, scoreFloor },
  );
};

interface HowToRead {
  readonly columns: Columns;
  readonly scoreFloor: number;
}

function readRows(
  rows: { readonly data: Float32Array; readonly count: number; readonly columns: number },
  { columns, scoreFloor }: HowToRead,
): RawDetection[] {
  if (rows.columns !== columns.count) {
    throw shapeError(`${rows.columns} columns where ${columns.count} are read`);
  }
  const found: RawDetection[] = [];
  for (let row = 0; row < rows.count; row++) {
    const at = row * rows.columns;
    const value = (column: number): number => rows.data[at + column] as number;
    const score = value(columns.score);
    const classIndex = value(columns.classIndex);
    // A class below 0 marks an empty row.
    if (score <= scoreFloor || classIndex < 0) continue;
    found.push({
      classIndex,
      score,
      x1: value(columns.edges),
      y1: value(columns.edges + 1),
      x2: value(columns.edges + 2),
      y2: value(columns.edges + 3),
    });
  }
  return found;
}

function isTable({ dims }: OutputTensor): boolean {
  return dims.length >= 2;
}
