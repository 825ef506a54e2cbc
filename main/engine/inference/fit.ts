/**
 * Where a picture lies in the input of a network, and the way of a box back to the picture.
 *
 *   letterbox-top-left   letterbox-centre     stretch              crop (input within the picture)
 *   ┌───────────────┐    ┌───────────────┐    ┌───────────────┐    ┌───┬───────────┬───┐
 *   │ picture       │    │░░░░░ pad ░░░░░│    │ picture       │    │   │   input   │   │
 *   ├───────────────┤    │ picture       │    │               │    │ picture       │   │
 *   │░░░░░ pad ░░░░░│    │░░░░░ pad ░░░░░│    │               │    │   │           │   │
 *   └───────────────┘    └───────────────┘    └───────────────┘    └───┴───────────┴───┘
 */
import type { Box, Size } from '#contract/geometry.ts';
import type { ModelCard, Preprocess } from '#contract/model.ts';

/** The picture's rectangle in px of the input; `left` and `top` are negative where it is cropped. */
export interface Fit {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** A box by its edges, in px of the input. */
export interface Edges {
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
}

/** Guards `floor` against w × (W ÷ w) coming out a hair below W. */
const EPSILON = 1e-6;

/** Places a picture of any size in the input of a model. */
export function fitPicture(picture: Size, card: Pick<ModelCard, 'input' | 'preprocess'>): Fit {
  return fitters[card.preprocess.resize](picture, card.input);
}

/**
 * The size at which pictures should be decoded for a model: a slot of this size is copied into the input and not
 * resampled.
 */
export function analysisSize(picture: Size, card: Pick<ModelCard, 'input' | 'preprocess'>): Size {
  const { width, height } = fitPicture(picture, card);
  return { width, height };
}

/** Grids of one-stage detectors: an input of whole cells of the coarsest one has no cell that is cut. */
const COARSEST_CELL = 32;

/**
 * As much of a model's input as the picture needs, in whole cells: of 416 × 416 a picture of 16:9 needs 416 × 256, the rest
 * is padding. Boxes lie where they lie in the whole input, as the picture is at its origin and of the same scale.
 */
export function neededInput(picture: Size, card: Pick<ModelCard, 'input' | 'preprocess'>): Size {
  const { input } = card;
  if (card.preprocess.resize !== 'letterbox-top-left') return input;
  const fit = fitPicture(picture, card);
  return {
    width: wholeCells(fit.width, input.width),
    height: wholeCells(fit.height, input.height),
  };
}

function wholeCells(length: number, most: number): number {
  return Math.min(most, Math.ceil(length / COARSEST_CELL) * COARSEST_CELL);
}

/** The box in 0…1 of the picture, cut at its borders; null when nothing is left of it. */
export function toPicture(edges: Edges, fit: Fit): Box | null {
  const x = clampUnit((edges.x1 - fit.left) / fit.width);
  const y = clampUnit((edges.y1 - fit.top) / fit.height);
  const width = clampUnit((edges.x2 - fit.left) / fit.width) - x;
  const height = clampUnit((edges.y2 - fit.top) / fit.height) - y;
  return width > 0 && height > 0 ? { x, y, width, height } : null;
}

const fitters: Record<Preprocess['resize'], (picture: Size, input: Size) => Fit> = {
  /** YOLOX: size × r rounded down, at the origin. */
  'letterbox-top-left': (picture, input) => {
    const ratio = Math.min(input.width / picture.width, input.height / picture.height);
    return {
      left: 0,
      top: 0,
      width: Math.max(1, Math.floor(picture.width * ratio + EPSILON)),
      height: Math.max(1, Math.floor(picture.height * ratio + EPSILON)),
    };
  },
  /** Ultralytics: size × r rounded, the odd pixel of padding at the right and the bottom. */
  'letterbox-centre': (picture, input) => {
    const ratio = Math.min(input.width / picture.width, input.height / picture.height);
    const width = Math.max(1, Math.round(picture.width * ratio));
    const height = Math.max(1, Math.round(picture.height * ratio));
    return {
      left: Math.floor((input.width - width) / 2),
      top: Math.floor((input.height - height) / 2),
      width,
      height,
    };
  },
  stretch: (_picture, input) => ({ left: 0, top: 0, width: input.width, height: input.height }),
  crop: (picture, input) => {
    const ratio = Math.max(input.width / picture.width, input.height / picture.height);
    const width = Math.max(input.width, Math.round(picture.width * ratio));
    const height = Math.max(input.height, Math.round(picture.height * ratio));
    return {
      left: Math.floor((input.width - width) / 2),
      top: Math.floor((input.height - height) / 2),
      width,
      height,
    };
  },
};

function clampUnit(value: number): number {
  return value < 0 ? 0 : value > 1 ? 1 : value;
}
