/**
 * YOLOv8, v9 and v11: one column per candidate, `[centre x, centre y, width, height, class …]` in px of the input, usually
 * with the candidates along the last axis; there is no object score.
 */
import { firstOutput, rowsOf, shapeError } from '#engine/inference/head.ts';
import type { DecodeHead, RawDetection } from '#engine/inference/head.ts';
import { centred } from './best-class.ts';

const FIXED_ROWS = 4;

/** Rows after the classes (masks, key points) are passed over. The longer axis is that of the candidates. */
export const decodeYolov8: DecodeHead = (outputs, { batchIndex, classCount, scoreFloor }) => {
  const { data, count, columns } = rowsOf(firstOutput(outputs), batchIndex);
  const isTransposed = count > columns;
  const candidates = isTransposed ? count : columns;
  const fields = isTransposed ? columns : count;
  if (fields < FIXED_ROWS + classCount) {
    throw shapeError(`${fields} fields, but ${classCount} classes need ${FIXED_ROWS + classCount}`);
  }
  // Where field f of candidate c lies: f × fieldStep + c × candidateStep.
  const fieldStep = isTransposed ? 1 : candidates;
  const candidateStep = isTransposed ? fields : 1;

  const best = new Float32Array(candidates).fill(scoreFloor);
  const classes = new Int32Array(candidates).fill(-1);
  for (let index = 0; index < classCount; index++) {
    let at = (FIXED_ROWS + index) * fieldStep;
    for (let candidate = 0; candidate < candidates; candidate++, at += candidateStep) {
      const score = data[at] as number;
      if (score > (best[candidate] as number)) {
        best[candidate] = score;
        classes[candidate] = index;
      }
    }
  }

  const found: RawDetection[] = [];
  for (let candidate = 0; candidate < candidates; candidate++) {
    const classIndex = classes[candidate] as number;
    if (classIndex < 0) continue;
    const field = (index: number): number =>
      data[candidate * candidateStep + index * fieldStep] as number;
    const score = best[candidate] as number;
    found.push({ classIndex, score, ...centred(field(0), field(1), [field(2), field(3)]) });
  }
  return found;
};
