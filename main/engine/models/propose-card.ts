/**
 * From what a network was recognised as to the card by which it is run.
 */
import { StationError } from '#contract/error.ts';
import type { Head, ModelCard, Preprocess } from '#contract/model.ts';
import { cocoNames, cocoPaperNames } from './class-names.ts';
import { mapLabels } from './label-map.ts';
import type { Family, Recognised } from './recognise.ts';

export interface CardHints {
  /** Name for the registry, usually from the file's name */
  readonly name: string;
  /** Class names from the metadata or from the person who imports; null for none */
  readonly classes: readonly string[] | null;
  readonly metadata: Readonly<Record<string, string>>;
}

type Preparation = Pick<Preprocess, 'resize' | 'colour' | 'scale' | 'mean' | 'std'>;
type Three = Preprocess['mean'];

const PAD = 114;
/** Weak boxes help the tracker to hold an object through a bad frame (ByteTrack's second round begins at 0.1). */
const SCORE_FLOOR = 0.1;
const noMean: Three = [0, 0, 0];
const noStd: Three = [1, 1, 1];
/** Means and deviations of ImageNet, red, green, blue, of values 0…1 */
const imageNetMean: Three = [0.485, 0.456, 0.406];
const imageNetStd: Three = [0.229, 0.224, 0.225];

/** What the authors of each family feed their networks with. */
const preparations: Record<Family, Preparation> = {
  yolox: { resize: 'letterbox-top-left', colour: 'bgr', scale: 1, mean: noMean, std: noStd },
  ultralytics: {
    resize: 'letterbox-centre',
    colour: 'rgb',
    scale: 1 / 255,
    mean: noMean,
    std: noStd,
  },
  detr: { resize: 'stretch', colour: 'rgb', scale: 1 / 255, mean: noMean, std: noStd },
  torchvision: { resize: 'stretch', colour: 'rgb', scale: 1 / 255, mean: noMean, std: noStd },
  tfod: { resize: 'stretch', colour: 'rgb', scale: 1, mean: noMean, std: noStd },
  paddle: {
    resize: 'stretch',
    colour: 'rgb',
    scale: 1 / 255,
    mean: imageNetMean,
    std: imageNetStd,
  },
  nanodet: {
    resize: 'stretch',
    colour: 'bgr',
    scale: 1,
    mean: [103.53, 116.28, 123.675],
    std: [57.375, 57.12, 58.395],
  },
};

/** Overlap above which the weaker box goes; 1 for networks that have chosen their boxes themselves. */
const overlaps: Record<Head, number> = {
  yolox: 0.65,
  yolov5: 0.6,
  yolov8: 0.65,
  nanodet: 0.6,
  yolov10: 1,
  detr: 1,
  'ssd-tfod': 1,
  'picodet-nms': 1,
  'end2end-7': 1,
};

/** Proposes the card. Throws MODEL_003 when none of its classes can be counted. */
export function proposeCard(recognised: Recognised, hints: CardHints): ModelCard {
  const { head, family, input } = recognised;
  const classes = [...classesOf(recognised, hints)];
  const labels = mapLabels(classes);
  if (!Object.values(labels).some((label) => label === 'person' || label === 'vehicle')) {
    throw new StationError(
      'MODEL_003',
      `The model detects neither people nor vehicles. Its classes are ${list(classes)}.`,
    );
  }
  const prepared = preparations[family];
  return {
    name: cardName(hints.name),
    version: '1.0.0',
    head,
    input: input.size,
    preprocess: {
      ...prepared,
      // Bytes leave nothing to scale: a network that takes them scales inside.
      ...(input.dtype === 'uint8' ? { scale: 1, mean: noMean, std: noStd } : {}),
      pad: PAD,
      layout: input.layout,
      dtype: input.dtype,
    },
    classes,
    labels,
    scoreFloor: SCORE_FLOOR,
    nmsIou: overlaps[head],
    licence: hints.metadata['license'] ?? 'unknown',
    notes: `Recognised by ${recognised.evidence}. ${hints.metadata['description'] ?? ''}`.trim(),
  };
}

/** Names for the classes: given ones, else those of COCO where their number fits. */
function classesOf(recognised: Recognised, { classes }: CardHints): readonly string[] {
  const { classCount, head } = recognised;
  if (classes !== null) {
    if (classCount !== null && classCount !== classes.length) {
      throw new StationError(
        'MODEL_003',
        `The model has ${classCount} classes, but ${classes.length} names are given. Correct the list of labels.`,
      );
    }
    return classes;
  }
  if (head === 'ssd-tfod') return cocoPaperNames;
  switch (classCount) {
    case null:
    case cocoNames.length:
      return cocoNames;
    case cocoPaperNames.length:
      return cocoPaperNames;
    case cocoPaperNames.length + 1:
      return ['nothing', ...cocoPaperNames];
    case cocoPaperNames.length + 2: // DETR: numbers from 0, and one for "no object" at the end
      return ['nothing', ...cocoPaperNames];
    case 1:
      return ['person'];
    default:
      throw new StationError(
        'MODEL_003',
        `The model has ${classCount} classes without names. Import it again with a list of labels.`,
      );
  }
}

/** A name that the registry takes: lower case, at most 64 characters. */
function cardName(name: string): string {
  const plain = name
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[^a-z0-9]+/, '')
    .slice(0, 64);
  return plain === '' ? 'model' : plain;
}

function list(names: readonly string[]): string {
  const some = names.slice(0, 8).join(', ');
  return names.length > 8 ? `${some} and ${names.length - 8} more` : some;
}
