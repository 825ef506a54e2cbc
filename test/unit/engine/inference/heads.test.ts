import { describe, expect, it } from 'vitest';
import type { Head } from '#contract/model.ts';
import type { Outputs } from '#engine/inference/head.ts';
import { heads } from '#engine/inference/heads/index.ts';

/** A small input with grids of 4 × 4, 2 × 2 and 1 × 1 cells. */
const input = { width: 32, height: 32 };
const cells = 21;

/** A tensor of zeros with some numbers set at flat places. */
function tensor(dims: readonly number[], at: Readonly<Record<number, readonly number[]>>) {
  const data = new Float32Array(dims.reduce((product, axis) => product * axis, 1));
  for (const [place, numbers] of Object.entries(at)) data.set(numbers, Number(place));
  return { data, dims };
}

interface Options {
  readonly classCount?: number;
  readonly scoreFloor?: number;
  readonly batchIndex?: number;
}

function decode(head: Head, outputs: Outputs, options: Options = {}) {
  const { classCount = 2, scoreFloor = 0.1, batchIndex = 0 } = options;
  return heads[head](outputs, { input, batchIndex, classCount, scoreFloor }).map((raw) =>
    [raw.classIndex, raw.score, raw.x1, raw.y1, raw.x2, raw.y2].map(
      (number) => Math.round(number * 1000) / 1000,
    ),
  );
}

describe('heads', () => {
  it('YOLOX: offsets and logarithms in the cell of each grid', () => {
    // Row 5 is cell (1, 1) of stride 8; row 19 is cell (1, 1) of stride 16; row 20 is the only one of stride 32.
    const outputs = {
      o: tensor([1, cells, 7], {
        [5 * 7]: [0.5, 0.5, 0, Math.log(2), 0.9, 0.2, 0.8],
        [19 * 7]: [0.25, 0, 0, 0, 0.5, 1, 0],
        [20 * 7]: [0, 0, 0, 0, 0.5, 0.1, 0.1],
      }),
    };
    expect(decode('yolox', outputs)).toEqual([
      [1, 0.72, 8, 4, 16, 20],
      [0, 0.5, 12, 8, 28, 24],
    ]);
  });

  it('YOLOv5: px of the input, and columns after the classes', () => {
    const outputs = { o: tensor([1, 3, 9], { 9: [16, 16, 8, 4, 0.9, 0.1, 0.5, 7, 7] }) };
    expect(decode('yolov5', outputs)).toEqual([[1, 0.45, 12, 14, 20, 18]]);
  });

  it('YOLOv8: candidates along either axis', () => {
    const column = { o: tensor([1, 6, 9], { 1: [16], 10: [16], 19: [8], 28: [4], 46: [0.7] }) };
    const row = { o: tensor([1, 9, 6], { 6: [16, 16, 8, 4, 0, 0.7] }) };
    expect(decode('yolov8', column)).toEqual([[1, 0.7, 12, 14, 20, 18]]);
    expect(decode('yolov8', row)).toEqual([[1, 0.7, 12, 14, 20, 18]]);
  });

  it('YOLOv10: rows of six, of the picture asked for', () => {
    const outputs = { o: tensor([2, 2, 6], { 12: [1, 2, 3, 4, 0.6, 1] }) };
    expect(decode('yolov10', outputs)).toEqual([]);
    expect(decode('yolov10', outputs, { batchIndex: 1 })).toEqual([[1, 0.6, 1, 2, 3, 4]]);
  });

  it('end to end: rows of seven', () => {
    expect(decode('end2end-7', { o: tensor([1, 7], { 0: [0, 1, 2, 3, 4, 1, 0.6] }) })).toEqual([
      [1, 0.6, 1, 2, 3, 4],
    ]);
    expect(decode('end2end-7', { o: tensor([0, 7], {}) })).toEqual([]);
  });

  it('PicoDet with suppression: only the valid rows', () => {
    const rows = tensor([3, 6], {
      0: [1, 0.6, 1, 2, 3, 4, -1, 0.5, 0, 0, 0, 0, 1, 0.9, 9, 9, 9, 9],
    });
    const outputs = { rows, count: tensor([1], { 0: [2] }) };
    expect(decode('picodet-nms', outputs)).toEqual([[1, 0.6, 1, 2, 3, 4]]);
  });

  it('TensorFlow: shares of the picture, y before x, classes from 1', () => {
    const outputs = {
      raw_detection_boxes: tensor([1, 9, 4], {}),
      'detection_boxes:0': tensor([1, 2, 4], { 0: [0.25, 0.5, 0.5, 1] }),
      'detection_classes:0': tensor([1, 2], { 0: [2, 1] }),
      'detection_scores:0': tensor([1, 2], { 0: [0.6, 0] }),
    };
    expect(decode('ssd-tfod', outputs)).toEqual([[1, 0.6, 16, 8, 32, 16]]);
  });

  it('DETR: labels, boxes and scores', () => {
    const outputs = {
      labels: tensor([2, 2], { 2: [1, 0] }),
      boxes: tensor([2, 2, 4], { 8: [1, 2, 3, 4] }),
      scores: tensor([2, 2], { 2: [0.6, 0.05] }),
    };
    expect(decode('detr', outputs, { batchIndex: 1 })).toEqual([[1, 0.6, 1, 2, 3, 4]]);
  });

  it('DETR: logits, one sigmoid per class or one softmax with nothing at its end', () => {
    const boxes = tensor([1, 2, 4], { 0: [0.5, 0.5, 0.25, 0.5, 0, 0, 0, 0] });
    const sigmoid = { logits: tensor([1, 2, 2], { 0: [-9, 0, -9, -9] }), pred_boxes: boxes };
    expect(decode('detr', sigmoid)).toEqual([[1, 0.5, 12, 8, 20, 24]]);
    const softmax = {
      logits: tensor([1, 2, 3], { 0: [-99, 1, 1, -99, -99, 9] }),
      pred_boxes: boxes,
    };
    expect(decode('detr', softmax)).toEqual([[1, 0.5, 12, 8, 20, 24]]);
  });

  it('NanoDet: distances of the sides from the centre of the cell', () => {
    // Two classes and four sides of three distances; 99 at a place means that distance for sure.
    const sides = [99, 0, 0, 0, 99, 0, 0, 0, 99, 0, 99, 0];
    const inOne = { o: tensor([1, cells, 14], { [5 * 14]: [0.2, 0.8, ...sides] }) };
    expect(decode('nanodet', inOne)).toEqual([[1, 0.8, 12, 4, 28, 20]]);

    const inPairs = {
      s8: tensor([1, 16, 2], { 10: [0.2, 0.8] }),
      s16: tensor([1, 4, 2], {}),
      s32: tensor([1, 1, 2], {}),
      d8: tensor([1, 16, 12], { [5 * 12]: sides }),
      d16: tensor([1, 4, 12], {}),
      d32: tensor([1, 1, 12], {}),
    };
    expect(decode('nanodet', inPairs)).toEqual([[1, 0.8, 12, 4, 28, 20]]);
  });

  it('NanoDet: scores that are still logits', () => {
    const scores = tensor([1, cells, 14], {});
    for (let cell = 0; cell < cells; cell++) scores.data.set([-9, cell === 5 ? 0 : -9], cell * 14);
    expect(decode('nanodet', { o: scores }).map(([index, score]) => [index, score])).toEqual([
      [1, 0.5],
    ]);
  });

  it.each([
    ['yolox', { o: tensor([1, cells, 8], {}) }],
    ['yolox', { o: tensor([1, 20, 7], {}) }],
    ['yolox', {}],
    ['yolov5', { o: tensor([1, 3, 6], {}) }],
    ['yolov8', { o: tensor([1, 5, 9], {}) }],
    ['yolov10', { o: tensor([1, 300, 7], {}) }],
    ['yolov10', { o: tensor([10], {}) }],
    ['end2end-7', { o: tensor([1, 6], {}) }],
    ['ssd-tfod', { o: tensor([1, 100, 4], {}) }],
    ['detr', { boxes: tensor([1, 2, 4], {}) }],
    ['nanodet', { o: tensor([1, cells, 15], {}) }],
    ['nanodet', { a: tensor([1, 16, 2], {}), b: tensor([1, 16, 2], {}) }],
  ] as const)('%s refuses outputs of another shape', (head, outputs) => {
    expect(() => decode(head, outputs)).toThrow('do not fit the head');
  });

  it.each(['yolox', 'yolov5'] as const)('%s lets NaN through to the check', (head) => {
    const outputs = { o: tensor([1, cells, 7], { 4: [NaN] }) };
    expect(decode(head, outputs)).toHaveLength(1);
  });
});
