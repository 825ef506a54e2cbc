/**
 * How good a tracking result is: MOTA (Bernardin and Stiefelhagen 2008) and IDF1 (Ristani 2016).
 */
import { assign } from '#engine/tracking/assignment.ts';
import type { Frames, IdBox, Truth } from './mot.ts';

export interface ClearFigures {
  readonly truthBoxes: number;
  readonly predictedBoxes: number;
  readonly misses: number;
  readonly falsePositives: number;
  readonly switches: number;
  /** Predicted boxes that belong to the right identity, by the best one-to-one pairing of identities */
  readonly idTruePositives: number;
}

/** Overlap from which a box is the right one. */
const minOverlap = 0.5;

/** Intersection over union of two boxes given by their top left corner. */
export function iou(a: IdBox, b: IdBox): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  if (width <= 0 || height <= 0) return 0;
  const common = width * height;
  return common / (a.width * a.height + b.width * b.height - common);
}

/** Pairs of truth and prediction by index, so that the sum of weights is greatest; only pairs with a weight above 0. */
export function pairByWeight<T, P>(
  truth: readonly T[],
  predicted: readonly P[],
  weightOf: (truth: T, predicted: P) => number,
): [number, number][] {
  const weights = truth.map((t) => predicted.map((p) => weightOf(t, p)));
  const most = Math.max(0, ...weights.flat());
  const values = Float64Array.from(weights.flat(), (weight) =>
    weight > 0 ? most - weight : Infinity,
  );
  const costs = { rows: truth.length, columns: predicted.length, values };
  return assign(costs, most).map(([row, column]) => [row, column]);
}

/** Predictions without those that found a distractor, as the benchmark does before it measures. */
export function withoutDistractors(truth: Truth, predicted: Frames): IdBox[][] {
  return predicted.map((boxes, frame) => {
    const people = truth.people[frame] ?? [];
    const distractors = truth.distractors[frame] ?? [];
    if (distractors.length === 0) return [...boxes];
    const pairs = pairByWeight([...people, ...distractors], boxes, rightOverlap);
    const dropped = new Set(pairs.filter(([row]) => row >= people.length).map((pair) => pair[1]));
    return boxes.filter((_, index) => !dropped.has(index));
  });
}

/** Counts misses, false positives, identity switches and right identities of one sequence. */
export function measureClear(people: Frames, predicted: Frames): ClearFigures {
  const partner = new Map<number, number>();
  const together = new Map<string, number>();
  let matches = 0;
  let switches = 0;
  people.forEach((truths, frame) => {
    const boxes = predicted[frame] ?? [];
    for (const truth of truths) {
      for (const box of boxes) {
        if (iou(truth, box) < minOverlap) continue;
        const key = `${truth.id} ${box.id}`;
        together.set(key, (together.get(key) ?? 0) + 1);
      }
    }
    // Who was matched before stays matched as long as the boxes still overlap; of two claims the first holds.
    const taken = new Set<IdBox>();
    const kept = truths.flatMap((truth) => {
      const box = boxes.find((candidate) => candidate.id === partner.get(truth.id));
      if (box === undefined || taken.has(box) || iou(truth, box) < minOverlap) return [];
      taken.add(box);
      return [{ truth, box }];
    });
    const freeTruths = truths.filter((truth) => !kept.some((pair) => pair.truth === truth));
    const freeBoxes = boxes.filter((box) => !taken.has(box));
    const pairs = pairByWeight(freeTruths, freeBoxes, rightOverlapFirst);
    for (const [row, column] of pairs) {
      const truth = freeTruths[row];
      const box = freeBoxes[column];
      if (truth === undefined || box === undefined) continue;
      if (partner.has(truth.id)) switches += 1;
      partner.set(truth.id, box.id);
    }
    matches += kept.length + pairs.length;
  });
  const truthBoxes = sizeOf(people);
  const predictedBoxes = sizeOf(predicted);
  return {
    truthBoxes,
    predictedBoxes,
    misses: truthBoxes - matches,
    falsePositives: predictedBoxes - matches,
    switches,
    idTruePositives: mostTogether(together),
  };
}

/** Multiple object tracking accuracy of one sequence or of several added up. */
export function mota(figures: ClearFigures): number {
  const errors = figures.misses + figures.falsePositives + figures.switches;
  return 1 - errors / figures.truthBoxes;
}

/** F1 of right identities. */
export function idf1(figures: ClearFigures): number {
  return (2 * figures.idTruePositives) / (figures.truthBoxes + figures.predictedBoxes);
}

/** Figures of several sequences together. */
export function addClear(all: readonly ClearFigures[]): ClearFigures {
  const sum = (key: keyof ClearFigures): number =>
    all.reduce((total, figures) => total + figures[key], 0);
  return {
    truthBoxes: sum('truthBoxes'),
    predictedBoxes: sum('predictedBoxes'),
    misses: sum('misses'),
    falsePositives: sum('falsePositives'),
    switches: sum('switches'),
    idTruePositives: sum('idTruePositives'),
  };
}

function rightOverlap(truth: IdBox, box: IdBox): number {
  const overlap = iou(truth, box);
  return overlap >= minOverlap ? overlap : 0;
}

/** As many pairs as possible, and of these the best overlapping. */
function rightOverlapFirst(truth: IdBox, box: IdBox): number {
  const overlap = rightOverlap(truth, box);
  return overlap > 0 ? 1000 + overlap : 0;
}

function mostTogether(together: ReadonlyMap<string, number>): number {
  const split = [...together].map(([key, frames]) => {
    const [truth = '', box = ''] = key.split(' ');
    return { truth, box, frames };
  });
  const truths = [...new Set(split.map((entry) => entry.truth))];
  const boxes = [...new Set(split.map((entry) => entry.box))];
  const weightOf = (truth: string, box: string): number => together.get(`${truth} ${box}`) ?? 0;
  return pairByWeight(truths, boxes, weightOf).reduce(
    (sum, [row, column]) => sum + weightOf(truths[row] ?? '', boxes[column] ?? ''),
    0,
  );
}

function sizeOf(frames: Frames): number {
  return frames.reduce((sum, boxes) => sum + boxes.length, 0);
}
