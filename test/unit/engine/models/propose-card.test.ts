import { describe, expect, it } from 'vitest';
import { cocoNames, cocoPaperNames } from '#engine/models/class-names.ts';
import { mapLabels } from '#engine/models/label-map.ts';
import { classesFromMetadata } from '#engine/models/metadata-classes.ts';
import { proposeCard } from '#engine/models/propose-card.ts';
import type { Recognised } from '#engine/models/recognise.ts';

const yolox: Recognised = {
  kind: 'detector',
  head: 'yolox',
  family: 'yolox',
  classCount: 80,
  evidence: 'its shape',
  input: {
    size: { width: 416, height: 416 },
    isFree: false,
    layout: 'nchw',
    dtype: 'float32',
  },
};
const hints = { name: 'Gate Model (v2).final', classes: null, metadata: {} };

describe('class names', () => {
  it('are those of COCO', () => {
    expect(cocoPaperNames).toHaveLength(90);
    expect(cocoNames).toHaveLength(80);
    expect([0, 2, 5, 7, 16, 79].map((index) => cocoNames[index])).toEqual([
      ...['person', 'car', 'bus', 'truck', 'dog', 'toothbrush'],
    ]);
    expect([1, 3, 44, 62, 90].map((number) => cocoPaperNames[number - 1])).toEqual([
      ...['person', 'car', 'bottle', 'chair', 'toothbrush'],
    ]);
  });

  it.each([
    [
      'Python',
      { names: `{0: 'person', 1: "driver's car", 2: 'bus'}` },
      ['person', `driver's car`, 'bus'],
    ],
    ['JSON object', { names: '{"1": "car", "0": "person"}' }, ['person', 'car']],
    ['JSON list', { classes: '["person", "car"]' }, ['person', 'car']],
    ['lines', { labels: 'person\ncar\n' }, ['person', 'car']],
    ['commas', { class_names: 'person, car' }, ['person', 'car']],
    ['numbers with a gap', { names: `{0: 'person', 2: 'bus'}` }, null],
    ['nothing', { author: 'somebody' }, null],
  ] as const)('are read from metadata: %s', (...[, metadata, expected]) => {
    expect(classesFromMetadata(metadata)).toEqual(expected);
  });

  it('are mapped to what the station counts', () => {
    expect(
      mapLabels([
        ...['person', 'Pedestrian', 'car', 'police car', 'motorcycle', 'bicycle', 'traffic light'],
        ...['dog', 'hot dog', 'teddy bear', 'train', 'human_head', 'Van', 'cart'],
      ]),
    ).toEqual({
      person: 'person',
      Pedestrian: 'person',
      car: 'vehicle',
      'police car': 'vehicle',
      motorcycle: 'vehicle',
      bicycle: 'bicycle',
      dog: 'animal',
      Van: 'vehicle',
    });
  });
});

describe('proposed card', () => {
  it('prepares pictures as the family wants them, under a name that the registry takes', () => {
    expect(proposeCard(yolox, hints)).toMatchObject({
      name: 'gate-model-v2-.final',
      head: 'yolox',
      preprocess: { resize: 'letterbox-top-left', colour: 'bgr', pad: 114, scale: 1 },
      classes: cocoNames,
    });
  });

  it('leaves bytes as they are', () => {
    const bytes: Recognised = {
      ...yolox,
      head: 'yolov10',
      family: 'ultralytics',
      input: { ...yolox.input, dtype: 'uint8' },
    };
    expect(proposeCard(bytes, hints).preprocess).toMatchObject({ scale: 1, std: [1, 1, 1] });
  });

  it.each([
    ['a wrong number of labels', { ...hints, classes: ['person'] }, 80, '1 names are given'],
    ['classes without names', hints, 7, '7 classes without names'],
    ['nothing to count', { ...hints, classes: ['cup', 'plate'] }, 2, 'neither people nor vehicles'],
  ] as const)('refuses %s', (...[, some, classCount, says]) => {
    expect(() => proposeCard({ ...yolox, classCount }, some)).toThrow(says);
  });
});
