import { describe, expect, it } from 'vitest';
import type { NetworkSignature } from '#engine/models/network-signature.ts';
import { recognise } from '#engine/models/recognise.ts';

type Shape = readonly (number | null)[];

/** A network by its shapes; observed outputs are filled with `value`. */
function network(
  inputs: Readonly<Record<string, Shape>>,
  outputs: Readonly<Record<string, Shape>>,
  extra: Partial<NetworkSignature> & { value?: number } = {},
): NetworkSignature {
  const { value = 0.1, ...rest } = extra;
  const info = (tensors: Readonly<Record<string, Shape>>) =>
    Object.entries(tensors).map(([name, shape]) => ({ name, type: 'float32', shape }));
  const observed = Object.fromEntries(
    Object.entries(outputs).map(([name, shape]) => {
      const dims = shape.map((axis) => axis ?? 1);
      const size = dims.reduce((product, axis) => product * axis, 1);
      return [name, { data: new Float32Array(size).fill(value), dims }];
    }),
  );
  return {
    inputs: info(inputs),
    outputs: info(outputs),
    observed,
    observedError: '',
    metadata: {},
    operators: {},
    innerSize: null,
    ...rest,
  };
}

const at416 = { images: [1, 3, 416, 416] };
const at640 = { images: [1, 3, 640, 640] };
const suppressing = { operators: { NonMaxSuppression: 1 } };

describe('recognition of detectors', () => {
  it.each([
    ['YOLOX', network(at416, { o: [1, 3549, 85] }), 'yolox', 80],
    ['YOLOX of one class', network(at416, { o: [1, 3549, 6] }), 'yolox', 1],
    ['YOLOX decoded', network(at416, { o: [1, 3549, 85] }, { value: 200 }), 'yolov5', 80],
    ['YOLOv5', network(at640, { o: [1, 25200, 85] }), 'yolov5', 80],
    ['YOLOv5 of one class', network(at640, { o: [1, 25200, 6] }), 'yolov5', 1],
    ['YOLOv8', network(at640, { o: [1, 84, 8400] }), 'yolov8', 80],
    ['YOLOv8 turned', network(at640, { o: [1, 8400, 84] }), 'yolov8', 80],
    [
      'YOLOv8 with masks',
      network(at640, { o: [1, 116, 8400], masks: [1, 32, 160, 160] }),
      'yolov8',
      112,
    ],
    ['YOLOv10', network(at640, { o: [1, 300, 6] }), 'yolov10', null],
    ['YOLOv7 end to end', network(at640, { o: [null, 7] }, suppressing), 'end2end-7', null],
    [
      'PicoDet with suppression',
      network({ image: [null, 3, 320, 320], scale_factor: [1, 2] }, { a: [85, 6], b: [1] }),
      'picodet-nms',
      null,
    ],
    [
      'PicoDet without',
      network(
        { image: [1, 3, 320, 320] },
        {
          ...{ a: [1, 1600, 80], b: [1, 400, 80], c: [1, 100, 80], d: [1, 25, 80] },
          ...{ e: [1, 1600, 32], f: [1, 400, 32], g: [1, 100, 32], h: [1, 25, 32] },
        },
      ),
      'nanodet',
      80,
    ],
    ['NanoDet-Plus', network(at416, { o: [1, 3598, 112] }), 'nanodet', 80],
    [
      'RT-DETR',
      network(
        { ...at640, orig_target_sizes: [1, 2] },
        { labels: [1, 300], boxes: [1, 300, 4], scores: [1, 300] },
      ),
      'detr',
      null,
    ],
    ['DETR', network(at640, { logits: [1, 100, 92], pred_boxes: [1, 100, 4] }), 'detr', 92],
    [
      'TensorFlow object detection',
      network(
        { image_tensor: [1, null, null, 3] },
        {
          'detection_boxes:0': [1, 100, 4],
          'detection_classes:0': [1, 100],
          'detection_scores:0': [1, 100],
          'num_detections:0': [1],
        },
      ),
      'ssd-tfod',
      null,
    ],
  ] as const)('%s', (...[, signature, head, classCount]) => {
    expect(recognise(signature, null)).toMatchObject({ kind: 'detector', head, classCount });
  });

  it('takes the number of classes from their names, whatever follows them', () => {
    const posed = network(at640, { o: [1, 56, 8400] });
    expect(recognise(posed, 1)).toMatchObject({ head: 'yolov8', classCount: 1 });
  });

  it.each([
    ['a classifier', network({ x: [1, 3, 224, 224] }, { o: [1, 1000] }), 'classifier'],
    ['a classifier of six', network({ x: [1, 3, 224, 224] }, { o: [1, 6] }), 'classifier'],
    ['a segmentation', network(at640, { o: [1, 21, 640, 640] }), 'segmentation'],
    ['raw grids', network(at640, { a: [1, 3, 80, 80, 85], b: [1, 3, 40, 40, 85] }), 'not decoded'],
    ['text in', network({ tokens: [1, 128] }, { o: [1, 300, 6] }), 'no input that takes a picture'],
    ['grey pictures', network({ x: [1, 1, 32, 32] }, { o: [1, 10] }), 'channels'],
    ['two pictures', network({ a: [1, 3, 8, 8], b: [1, 3, 8, 8] }, { o: [1, 9] }), 'more than one'],
    ['features', network(at640, { o: [1, 77, 512] }), 'none that the station can read'],
    [
      'turned boxes',
      network(at640, { o: [1, 20, 8400] }, { metadata: { task: 'obb' } }),
      'boxes that are turned',
    ],
  ] as const)('refuses %s with the reason', (...[, signature, reason]) => {
    const recognition = recognise(signature, null);
    expect(recognition).toMatchObject({
      kind: 'refused',
      reason: expect.stringContaining(reason) as string,
    });
  });

  it.each([
    ['its own', {}, 640, 640],
    ['what its metadata state', { metadata: { imgsz: '[384, 672]' } }, 672, 384],
    ['what it resizes to inside', { innerSize: { width: 300, height: 300 } }, 300, 300],
  ])('gives a network of free size %s', (...[, extra, width, height]) => {
    const free = network({ images: [null, 3, null, null] }, { o: [1, 300, 6] }, extra);
    expect(recognise(free, null)).toMatchObject({ input: { size: { width, height } } });
  });
});
