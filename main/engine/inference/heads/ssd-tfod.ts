/**
 * The TensorFlow object-detection signature: `detection_boxes` [y1, x1, y2, x2] in 0…1, `detection_classes` from 1 and
 * `detection_scores`. `num_detections` is not read: places without a box have a score of 0, and some exports count only
 * the boxes above a score of their own there.
 */
import { shapeError } from '#engine/inference/head.ts';
import type { DecodeHead, Outputs, OutputTensor, RawDetection } from '#engine/inference/head.ts';

export const decodeSsdTfod: DecodeHead = (outputs, { input, batchIndex, scoreFloor }) => {
  const boxes = named(outputs, 'boxes');
  const classes = named(outputs, 'classes');
  const scores = named(outputs, 'scores');
  if (boxes === undefined || classes === undefined || scores === undefined) {
    throw shapeError('detection_boxes, detection_classes or detection_scores is missing');
  }
  const perPicture = scores.dims.at(-1) ?? 0;
  if (boxes.data.length < (batchIndex + 1) * perPicture * 4) {
    throw shapeError('there are fewer boxes than scores');
  }

  const found: RawDetection[] = [];
  for (let index = 0; index < perPicture; index++) {
    const at = batchIndex * perPicture + index;
    const score = scores.data[at] as number;
    if (score <= scoreFloor) continue;
    found.push({
      classIndex: (classes.data[at] as number) - 1,
      score,
      x1: (boxes.data[at * 4 + 1] as number) * input.width,
      y1: (boxes.data[at * 4] as number) * input.height,
      x2: (boxes.data[at * 4 + 3] as number) * input.width,
      y2: (boxes.data[at * 4 + 2] as number) * input.height,
    });
  }
  return found;
};

/** Exports add suffixes such as `:0`, so a part of the name decides; `raw_` outputs are left alone. */
function named(outputs: Outputs, part: string): OutputTensor | undefined {
  const name = Object.keys(outputs).find((key) => !key.startsWith('raw_') && key.includes(part));
  return name === undefined ? undefined : outputs[name];
}
