/**
 * Tells from names, shapes and one answer which kind of detector a network is, or why it is none.
 */
import type { Size } from '#contract/geometry.ts';
import type { Head } from '#contract/model.ts';
import { cellCount, gridStrides } from '#engine/base/grid.ts';
import { seenOutputs } from './network-signature.ts';
import type { NetworkSignature, SeenOutput } from './network-signature.ts';
import { pictureInput } from './picture-input.ts';
import type { PictureInput } from './picture-input.ts';

/** How the pictures of a family are prepared; finer than the head, which only says how outputs are read. */
export type Family =
  'yolox' | 'ultralytics' | 'detr' | 'tfod' | 'paddle' | 'nanodet' | 'torchvision';

export interface Recognised {
  readonly kind: 'detector';
  readonly head: Head;
  readonly family: Family;
  readonly input: PictureInput;
  /** Classes that the outputs have room for; null where the outputs carry class numbers */
  readonly classCount: number | null;
  /** What it was recognised by, for the person who imports it */
  readonly evidence: string;
}

export interface Refused {
  readonly kind: 'refused';
  readonly reason: string;
}

export type Recognition = Recognised | Refused;

type Reading = Omit<Recognised, 'kind' | 'input'> | Refused;
type Rule = (outputs: readonly SeenOutput[], context: RuleContext) => Reading | null;

interface RuleContext {
  readonly input: PictureInput;
  readonly signature: NetworkSignature;
  /** Number of class names in the metadata; null when there are none */
  readonly namedClasses: number | null;
}

/** Offsets within a cell stay far below this, positions in px go far above. */
const DECODED_ABOVE = 32;

/** Recognises a network. `namedClasses` is how many class names its metadata holds, null for none. */
export function recognise(signature: NetworkSignature, namedClasses: number | null): Recognition {
  const input = pictureInput(signature);
  if ('reason' in input) return refused(input.reason);
  const outputs = seenOutputs(signature);
  for (const rule of rules) {
    const reading = rule(outputs, { input, signature, namedClasses });
    if (reading === null) continue;
    return 'reason' in reading ? reading : { kind: 'detector', input, ...reading };
  }
  const shapes = outputs.map(({ name, dims }) => `${name} [${dims.join(', ')}]`).join(', ');
  return refused(`its outputs are none that the station can read: ${shapes}`);
}

const rules: readonly Rule[] = [
  tfodRule,
  detrRule,
  classifierRule,
  pictureOutputRule,
  rowsRule,
  gridRule,
  nanodetRule,
];

function tfodRule(outputs: readonly SeenOutput[]): Reading | null {
  const names = outputs.map(({ name }) => name).join(' ');
  const isTfod = ['detection_boxes', 'detection_classes', 'detection_scores'].every((name) =>
    names.includes(name),
  );
  if (!isTfod) return null;
  const evidence = 'outputs named as in the TensorFlow object-detection interface';
  return { head: 'ssd-tfod', family: 'tfod', classCount: null, evidence };
}

function detrRule(outputs: readonly SeenOutput[], { signature }: RuleContext): Reading | null {
  const boxes = outputs.find(({ name, dims }) => /box/i.test(name) && dims.at(-1) === 4);
  if (boxes === undefined) return null;
  const has = (pattern: RegExp): boolean => outputs.some(({ name }) => pattern.test(name));
  if (has(/label|class(?!.*logit)/i) && has(/score|conf/i)) {
    const isTorchvision = boxes.dims.length === 2;
    const asksSize = signature.inputs.some(({ name }) => /size/i.test(name));
    return {
      head: 'detr',
      family: isTorchvision ? 'torchvision' : 'detr',
      classCount: null,
      evidence: `outputs of labels, boxes and scores${asksSize ? ', and an input for the size of the picture, as RT-DETR has' : ''}`,
    };
  }
  const logits = outputs.find(({ name }) => /logit/i.test(name));
  if (logits === undefined) return null;
  return {
    head: 'detr',
    family: 'detr',
    classCount: logits.dims.at(-1) ?? null,
    evidence: 'outputs of boxes and logits per query, as DETR has',
  };
}

/** Scores per picture and nothing else. Six or seven columns are boxes. */
function classifierRule(
  outputs: readonly SeenOutput[],
  { signature }: RuleContext,
): Reading | null {
  const isClassifier = outputs.every(({ dims }) => {
    const longAxes = dims.slice(1).filter((axis) => axis !== 1);
    return dims[0] !== undefined && longAxes.length <= 1 && !isTable(dims, signature);
  });
  if (!isClassifier) return null;
  const count = outputs[0]?.dims.find((axis, index) => index > 0 && axis !== 1) ?? 1;
  return refused(
    `it is a classifier: it gives ${String(count)} scores for the whole picture and no boxes. Choose a detector`,
  );
}

function isRowOfBoxes(dims: readonly (number | null)[]): boolean {
  const columns = dims.at(-1);
  return dims.length >= 2 && (columns === 6 || columns === 7);
}

/** A single row of six may be six classes; it is boxes where the network suppresses boxes itself. */
function isTable(dims: readonly (number | null)[], { operators }: NetworkSignature): boolean {
  const isSingleRow = dims.length === 2 && dims[0] === 1;
  return isRowOfBoxes(dims) && (!isSingleRow || 'NonMaxSuppression' in operators);
}

function pictureOutputRule(outputs: readonly SeenOutput[]): Reading | null {
  const [first] = outputs;
  if (first === undefined) return refused('it has no outputs');
  if (first.dims.length === 5 || (first.dims.length === 4 && outputs.length > 1)) {
    return refused(
      'its boxes are not decoded: it gives the raw grids. Export it again with the detection layer included',
    );
  }
  if (first.dims.length !== 4) return null;
  return refused('it gives pictures (segmentation or depth) and no boxes');
}

/** One row per chosen box. */
function rowsRule(
  outputs: readonly SeenOutput[],
  { signature, input }: RuleContext,
): Reading | null {
  const table = outputs.find(({ dims }) => isRowOfBoxes(dims));
  if (table === undefined) return null;
  const rows = table.dims.at(-2) ?? null;
  const columns = table.dims.at(-1);
  if (columns === 7) {
    const evidence = 'rows of seven: picture, box, class, score, as YOLOv7 end to end has';
    return { head: 'end2end-7', family: 'ultralytics', classCount: null, evidence };
  }
  if (signature.inputs.some(({ name }) => name.includes('scale_factor'))) {
    const evidence = 'rows of six and an input scale_factor, as PaddleDetection has';
    return { head: 'picodet-nms', family: 'paddle', classCount: null, evidence };
  }
  // A grid of one class has six columns too, but a row for every cell.
  if (rows !== null && isGrid(input.size, rows)) return null;
  const evidence = 'rows of six: box, score, class, as YOLOv10 has';
  return { head: 'yolov10', family: 'ultralytics', classCount: null, evidence };
}

/** One candidate per cell and anchor, in one output with three axes. */
function gridRule(outputs: readonly SeenOutput[], context: RuleContext): Reading | null {
  const { input, namedClasses } = context;
  const [first] = outputs;
  const before = first?.dims.at(-2) ?? null;
  const last = first?.dims.at(-1) ?? null;
  if (first?.dims.length !== 3 || before === null || last === null) return null;
  const isSingle = outputs.filter(({ dims }) => dims.length === 3).length === 1;
  if (!isSingle) return null;

  const perCell = (count: number): boolean => gridStrides(input.size, count) !== null;
  if (perCell(last)) {
    return ultralyticsV8(before - 4, namedClasses, `[${before}, ${last}]: a column per cell`);
  }
  if (isGrid(input.size, before) && !perCell(before)) {
    const classCount = namedClasses ?? last - 5;
    const evidence = `[${before}, ${last}]: a row per cell and each of three anchors, as YOLOv5 has`;
    return { head: 'yolov5', family: 'ultralytics', classCount, evidence };
  }
  if (!perCell(before)) return null;
  if (isDistribution(last, namedClasses)) {
    const evidence = `[${before}, ${last}]: a row per cell with distances of four sides, as NanoDet has`;
    const classCount = namedClasses ?? last - 32;
    return { head: 'nanodet', family: 'nanodet', classCount, evidence };
  }
  if (last === 84 || last - 4 === namedClasses) {
    return ultralyticsV8(last - 4, namedClasses, `[${before}, ${last}]: a row per cell`);
  }
  const classCount = last - 5;
  const isDecoded = reaches(first, last) > DECODED_ABOVE;
  return {
    head: isDecoded ? 'yolov5' : 'yolox',
    family: 'yolox',
    classCount,
    evidence: `[${before}, ${last}]: a row per cell with an object score, ${isDecoded ? 'decoded to px' : 'not decoded'}, as YOLOX has`,
  };
}

function ultralyticsV8(fields: number, namedClasses: number | null, shape: string): Reading {
  const evidence = `${shape} without an object score, as YOLOv8 has`;
  const classCount = namedClasses ?? fields;
  return { head: 'yolov8', family: 'ultralytics', classCount, evidence };
}

/** PicoDet without post-processing: a pair of outputs, scores and distances, per grid. */
function nanodetRule(outputs: readonly SeenOutput[], { input }: RuleContext): Reading | null {
  const counts = outputs.map(({ dims }) => dims.at(-2) ?? 0);
  const total = counts.reduce((sum, count) => sum + count, 0) / 2;
  if (outputs.length < 2 || gridStrides(input.size, total) === null) return null;
  const columns = [...new Set(outputs.map(({ dims }) => dims.at(-1) ?? 0))];
  const [some = 0, others = 0] = columns;
  if (columns.length !== 2) return null;
  const sides = [some, others].find((count) => count === 32) ?? Math.min(some, others);
  return {
    head: 'nanodet',
    family: 'paddle',
    classCount: sides === some ? others : some,
    evidence: 'pairs of scores and distances of four sides per grid, as PicoDet has',
  };
}

/** NanoDet has distances of 8 bins for each of four sides after its classes. */
function isDistribution(columns: number, namedClasses: number | null): boolean {
  return namedClasses === null ? columns === 112 : columns - namedClasses === 32;
}

/** One or three candidates per cell of the usual grids. */
function isGrid(input: Size, rows: number): boolean {
  return (
    gridStrides(input, rows) !== null ||
    (rows % 3 === 0 && gridStrides(input, rows / 3) !== null) ||
    rows === cellCount(input, [8])
  );
}

/** The largest absolute position in the first two of `columns`; 0 where nothing was observed. */
function reaches({ data }: SeenOutput, columns: number): number {
  let largest = 0;
  for (let at = 0; data !== null && at < data.length; at += columns) {
    largest = Math.max(largest, Math.abs(data[at] as number), Math.abs(data[at + 1] as number));
  }
  return largest;
}

function refused(reason: string): Refused {
  return { kind: 'refused', reason };
}
