/**
 * The DETR family. Two signatures:
 * - labels, boxes [x1, y1, x2, y2 in px], scores (RT-DETR, D-FINE, DEIM; also the detectors of torchvision);
 * - logits per query and boxes [centre x, centre y, width, height in 0…1] (DETR and exports without post-processing).
 */
import { shapeError } from '#engine/inference/head.ts';
import type { DecodeHead, HeadContext, Outputs, RawDetection } from '#engine/inference/head.ts';
import type { OutputTensor } from '#engine/inference/head.ts';
import { bestClass, centred } from './best-class.ts';

export const decodeDetr: DecodeHead = (outputs, context) => {
  const boxes = named(outputs, /box/i);
  const labels = named(outputs, /label|class(?!.*logit)/i);
  const scores = named(outputs, /score|conf/i);
  const logits = named(outputs, /logit/i);
  if (boxes?.dims.at(-1) !== 4) throw shapeError('it gives no boxes of four numbers');
  if (labels !== undefined && scores !== undefined) {
    return readScored({ boxes, labels, scores }, context);
  }
  if (logits !== undefined) return readLogits({ boxes, logits }, context);
  throw shapeError('it gives neither labels with scores nor logits');
};

interface Scored {
  readonly boxes: OutputTensor;
  readonly labels: OutputTensor;
  readonly scores: OutputTensor;
}

function readScored({ boxes, labels, scores }: Scored, context: HeadContext): RawDetection[] {
  const perPicture = scores.dims.at(-1) ?? 0;
  const start = scores.dims.length > 1 ? context.batchIndex * perPicture : 0;
  if (boxes.data.length < (start + perPicture) * 4) {
    throw shapeError('there are fewer boxes than scores');
  }
  const found: RawDetection[] = [];
  for (let at = start; at < start + perPicture; at++) {
    const score = scores.data[at] as number;
    if (score <= context.scoreFloor) continue;
    found.push({
      classIndex: labels.data[at] as number,
      score,
      x1: boxes.data[at * 4] as number,
      y1: boxes.data[at * 4 + 1] as number,
      x2: boxes.data[at * 4 + 2] as number,
      y2: boxes.data[at * 4 + 3] as number,
    });
  }
  return found;
}

interface Queries {
  readonly boxes: OutputTensor;
  readonly logits: OutputTensor;
}

/** One more column than classes means a softmax whose last column is "nothing"; else each class has its own sigmoid. */
function readLogits({ boxes, logits }: Queries, context: HeadContext): RawDetection[] {
  const { input, classCount, batchIndex, scoreFloor } = context;
  const columns = logits.dims.at(-1) ?? 0;
  const queries = logits.dims.at(-2) ?? 0;
  if (columns !== classCount && columns !== classCount + 1) {
    throw shapeError(`${columns} logits per query for ${classCount} classes`);
  }
  const found: RawDetection[] = [];
  for (let query = 0; query < queries; query++) {
    const row = batchIndex * queries + query;
    const best = bestClass(logits.data, row * columns, classCount);
    const score =
      columns === classCount
        ? 1 / (1 + Math.exp(-best.score))
        : softmaxOf(logits.data.subarray(row * columns, (row + 1) * columns), best.score);
    if (score <= scoreFloor) continue;
    const value = (index: number): number => boxes.data[row * 4 + index] as number;
    found.push({
      classIndex: best.classIndex,
      score,
      ...centred(value(0) * input.width, value(1) * input.height, [
        value(2) * input.width,
        value(3) * input.height,
      ]),
    });
  }
  return found;
}

function softmaxOf(logits: Float32Array, logit: number): number {
  const highest = Math.max(...logits);
  const sum = logits.reduce((total, other) => total + Math.exp(other - highest), 0);
  return Math.exp(logit - highest) / sum;
}

function named(outputs: Outputs, pattern: RegExp): OutputTensor | undefined {
  const name = Object.keys(outputs).find((key) => pattern.test(key));
  return name === undefined ? undefined : outputs[name];
}
