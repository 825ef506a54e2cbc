/**
 * Finds out by looking at pictures how a network wants them: a wrong order of colours or a wrong scale fails silently and
 * costs a quarter of what is found. No true boxes are needed: a network that sees well is sure of what it sees, and sees it
 * again in the mirror. Without the mirror a network that is fed wrong can be very sure of nothing.
 */
import type { Box } from '#contract/geometry.ts';
import type { ModelCard, Preprocess } from '#contract/model.ts';
import { overlapOf } from './average-precision.ts';

/** One way of preparing pictures, and how the network answered. */
export interface PreprocessScore {
  readonly preprocess: Preprocess;
  /** What differs from the proposal, for the person who imports; empty for the proposal itself */
  readonly difference: string;
  /**
   * Per picture, the sum over the boxes that the mirrored picture confirms of the product of both scores, times the share
   * of boxes that are confirmed
   */
  readonly score: number;
  /** Boxes per picture that the mirrored picture confirms */
  readonly confirmedBoxes: number;
}

/** A box as the proof needs it. */
export interface ProofBox {
  readonly box: Box;
  readonly score: number;
}

export interface ProofOptions {
  readonly card: ModelCard;
  /** Runs the sample pictures, as they are or mirrored left to right, with a card: boxes of each. */
  readonly detect: (
    card: ModelCard,
    isMirrored: boolean,
  ) => Promise<readonly (readonly ProofBox[])[]>;
  readonly signal?: AbortSignal;
}

export interface Proof {
  /** All variants, best first */
  readonly variants: readonly PreprocessScore[];
  /** Whether another variant is clearly better than the proposal */
  readonly isDoubtful: boolean;
}

/** Below this a box is noise. */
const VAGUE = 0.25;
/** A box in the mirror is the same when it overlaps this much, mirrored back. */
const SAME_IOU = 0.5;
/** Another variant must be better by this factor before it is believed over what the family of the network uses. */
const BELIEVED = 1.1;

/** Scores the likely variants. Two dozen sample pictures with people or vehicles on them are enough. */
export async function provePreprocess({ card, detect, signal }: ProofOptions): Promise<Proof> {
  const variants: PreprocessScore[] = [];
  for (const { preprocess, difference } of likelyVariants(card.preprocess)) {
    signal?.throwIfAborted();
    const plain = await detect({ ...card, preprocess }, false);
    const mirrored = await detect({ ...card, preprocess }, true);
    variants.push({ preprocess, difference, ...rate(plain, mirrored) });
  }
  const proposed = variants[0]?.score ?? 0;
  variants.sort((a, b) => b.score - a.score);
  const best = variants[0]?.score ?? 0;
  return { variants, isDoubtful: best > proposed * BELIEVED };
}

type Variant = Pick<PreprocessScore, 'preprocess' | 'difference'>;

/** The proposal first, then each likely mistake alone and the usual pairs of mistakes. */
export function likelyVariants(proposed: Preprocess): Variant[] {
  const colours: readonly Preprocess['colour'][] = ['rgb', 'bgr'];
  const resizes: readonly Preprocess['resize'][] = [
    'letterbox-top-left',
    'letterbox-centre',
    'stretch',
  ];
  const variants: Variant[] = [{ preprocess: proposed, difference: '' }];
  for (const colour of colours) {
    for (const { name, values } of scalings(proposed)) {
      for (const resize of resizes) {
        const isSameColour = colour === proposed.colour;
        const isSameResize = resize === proposed.resize;
        const differences = [
          ...(isSameColour ? [] : [`colours ${colour.toUpperCase()}`]),
          ...(name === '' ? [] : [name]),
          ...(isSameResize ? [] : [resize]),
        ];
        if (differences.length === 0) continue;
        // The way of resizing matters little: it is not combined with the other doubts.
        if (!isSameResize && differences.length > 1) continue;
        const ordered = isSameColour ? values : swapEnds(values);
        variants.push({
          preprocess: { ...proposed, ...ordered, colour, resize },
          difference: differences.join(', '),
        });
      }
    }
  }
  return variants;
}

type Values = Pick<Preprocess, 'scale' | 'mean' | 'std'>;

/** In the order red, green, blue */
const imageNet: Values = {
  scale: 1 / 255,
  mean: [0.485, 0.456, 0.406],
  std: [0.229, 0.224, 0.225],
};

/** The usual ranges of values, in the channel order of the proposal; the proposal's own has no name. */
function scalings(proposed: Preprocess): { name: string; values: Values }[] {
  const { colour, dtype, scale, mean, std } = proposed;
  const own = { name: '', values: { scale, mean, std } };
  if (dtype === 'uint8') return [own];
  const usual: { name: string; values: Values }[] = [
    { name: 'values 0…255', values: { scale: 1, mean: [0, 0, 0], std: [1, 1, 1] } },
    { name: 'values 0…1', values: { scale: 1 / 255, mean: [0, 0, 0], std: [1, 1, 1] } },
    { name: 'ImageNet mean', values: colour === 'rgb' ? imageNet : swapEnds(imageNet) },
  ];
  return [own, ...usual.filter(({ values }) => !isSame(values, own.values))];
}

function swapEnds({ scale, mean, std }: Values): Values {
  return { scale, mean: [mean[2], mean[1], mean[0]], std: [std[2], std[1], std[0]] };
}

/** Whether two ways give nearly the same numbers for a bright pixel of each channel. */
function isSame(a: Values, b: Values): boolean {
  const at = (values: Values, channel: 0 | 1 | 2): number =>
    (255 * values.scale - values.mean[channel]) / values.std[channel];
  return ([0, 1, 2] as const).every(
    (channel) => Math.abs(at(a, channel) - at(b, channel)) < 0.02 * Math.abs(at(a, channel)),
  );
}

function rate(
  plain: readonly (readonly ProofBox[])[],
  mirrored: readonly (readonly ProofBox[])[],
): Pick<PreprocessScore, 'score' | 'confirmedBoxes'> {
  const confirmed = plain.flatMap((boxes, index) => confirm(boxes, mirrored[index] ?? []));
  const count = Math.max(1, plain.length);
  const boxes = [...plain.flat(), ...mirrored.flat()].filter(({ score }) => score >= VAGUE).length;
  const share = (2 * confirmed.length) / Math.max(1, boxes);
  return {
    score: (share * confirmed.reduce((sum, product) => sum + product, 0)) / count,
    confirmedBoxes: confirmed.length / count,
  };
}

/** Products of the scores of boxes that are in both, each taken once, the surest first. */
function confirm(plain: readonly ProofBox[], mirrored: readonly ProofBox[]): number[] {
  const free = mirrored
    .filter(({ score }) => score >= VAGUE)
    .map(({ box, score }) => ({ score, box: { ...box, x: 1 - box.x - box.width } }));
  const surest = plain.filter(({ score }) => score >= VAGUE).sort((a, b) => b.score - a.score);
  return surest.flatMap(({ box, score }) => {
    const at = free.findIndex((other) => overlapOf(box, other.box) >= SAME_IOU);
    const [same] = at < 0 ? [] : free.splice(at, 1);
    return same === undefined ? [] : [score * same.score];
  });
}
