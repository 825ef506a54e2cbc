/**
 * YOLOv5 and YOLOv7 with their grid decoded, and YOLOX exported decoded: rows of
 * `[centre x, centre y, width, height, object, class …]` in px of the input, score = object × class.
 */
import { firstOutput, rowsOf, shapeError } from '#engine/inference/head.ts';
import type { DecodeHead, RawDetection } from '#engine/inference/head.ts';
import { bestClass, centred } from './best-class.ts';

const FIXED_COLUMNS = 5;

/** Columns after the classes (masks, key points) are passed over. */
export const decodeYolov5: DecodeHead = (outputs, { batchIndex, classCount, scoreFloor }) => {
  const { data, count, columns } = rowsOf(firstOutput(outputs), batchIndex);
  if (columns < FIXED_COLUMNS + classCount) {
    throw shapeError(
      `${columns} columns, but ${classCount} classes need ${FIXED_COLUMNS + classCount}`,
    );
  }
  const found: RawDetection[] = [];
  for (let at = 0; at < count * columns; at += columns) {
    const objectness = data[at + 4] as number;
    if (objectness <= scoreFloor) continue;
    const best = bestClass(data, at + FIXED_COLUMNS, classCount);
    const score = objectness * best.score;
    if (score <= scoreFloor) continue;
    const size = [data[at + 2] as number, data[at + 3] as number] as const;
    found.push({
      classIndex: best.classIndex,
      score,
      ...centred(data[at] as number, data[at + 1] as number, size),
    });
  }
  return found;
};
