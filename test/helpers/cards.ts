/**
 * Cards of the models in the shared material, for tests that do not import them.
 */
import type { ModelCard } from '#contract/model.ts';
import type { Label } from '#contract/detection.ts';

/** The 80 classes of COCO in the order of the detectors, numbered; only those that tests look at have their name. */
const names: Record<number, string> = { 0: 'person', 1: 'bicycle', 2: 'car', 5: 'bus', 7: 'truck' };

const labels: Record<string, Label> = {
  person: 'person',
  bicycle: 'bicycle',
  car: 'vehicle',
  bus: 'vehicle',
  truck: 'vehicle',
};

export const yoloxNanoCard: ModelCard = {
  name: 'yolox-nano',
  version: '1.0.0',
  head: 'yolox',
  input: { width: 416, height: 416 },
  preprocess: {
    resize: 'letterbox-top-left',
    pad: 114,
    colour: 'bgr',
    layout: 'nchw',
    dtype: 'float32',
    scale: 1,
    mean: [0, 0, 0],
    std: [1, 1, 1],
  },
  classes: Array.from({ length: 80 }, (_, index) => names[index] ?? `class-${index}`),
  labels,
  scoreFloor: 0.1,
  nmsIou: 0.65,
  licence: 'Apache-2.0',
  notes: '',
};
