/**
 * HOTA: detection and association weighed equally, over all overlap thresholds (Luiten et al. 2021).
 */
import type { Frames } from './mot.ts';
import { iou, pairByWeight } from './tracking-metrics.ts';

/** Sums that can be added over sequences before the roots are taken. */
export interface HotaFigures {
  /** By threshold 0.05 … 0.95 */
  readonly matches: readonly number[];
  /** Sum over matches of the association score of their pair of identities, by threshold */
  readonly association: readonly number[];
  readonly truthBoxes: number;
  readonly predictedBoxes: number;
}

const thresholds = Array.from({ length: 19 }, (_, index) => 0.05 * (index + 1));
const epsilon = 1e-9;

/** Measures one sequence. */
export function measureHota(people: Frames, predicted: Frames): HotaFigures {
  const truthFrames = framesById(people);
  const boxFrames = framesById(predicted);
  const likeness = new Map<string, number>();
  const frames = people.map((truths, frame) => {
    const boxes = predicted[frame] ?? [];
    const overlaps = truths.map((truth) => boxes.map((box) => iou(truth, box)));
    const rowSums = overlaps.map((row) => row.reduce((sum, value) => sum + value, 0));
    const columnSums = boxes.map((_, column) =>
      overlaps.reduce((sum, row) => sum + (row[column] ?? 0), 0),
    );
    truths.forEach((truth, row) => {
      boxes.forEach((box, column) => {
        const overlap = overlaps[row]?.[column] ?? 0;
        if (overlap === 0) return;
        const share = overlap / ((rowSums[row] ?? 0) + (columnSums[column] ?? 0) - overlap);
        const key = `${truth.id} ${box.id}`;
        likeness.set(key, (likeness.get(key) ?? 0) + share);
      });
    });
    return { truths, boxes };
  });

  const alignment = (truthId: number, boxId: number): number => {
    const common = likeness.get(`${truthId} ${boxId}`) ?? 0;
    return common / ((truthFrames.get(truthId) ?? 0) + (boxFrames.get(boxId) ?? 0) - common);
  };
  const together = thresholds.map(() => new Map<string, number>());
  for (const { truths, boxes } of frames) {
    const pairs = pairByWeight(truths, boxes, (truth, box) => {
      const overlap = iou(truth, box);
      return overlap > 0 ? alignment(truth.id, box.id) * overlap : 0;
    });
    for (const [row, column] of pairs) {
      const truth = truths[row];
      const box = boxes[column];
      if (truth === undefined || box === undefined) continue;
      const overlap = iou(truth, box);
      const key = `${truth.id} ${box.id}`;
      thresholds.forEach((threshold, index) => {
        const counts = together[index];
        if (overlap >= threshold - epsilon) counts?.set(key, (counts.get(key) ?? 0) + 1);
      });
    }
  }

  return {
    matches: together.map((counts) => [...counts.values()].reduce((sum, n) => sum + n, 0)),
    association: together.map((counts) =>
      [...counts].reduce((sum, [key, n]) => {
        const [truth = 0, box = 0] = key.split(' ').map(Number);
        return sum + (n * n) / ((truthFrames.get(truth) ?? 0) + (boxFrames.get(box) ?? 0) - n);
      }, 0),
    ),
    truthBoxes: sum([...truthFrames.values()]),
    predictedBoxes: sum([...boxFrames.values()]),
  };
}

/** Mean over the thresholds of √(DetA × AssA). */
export function hota(figures: HotaFigures): number {
  const scores = figures.matches.map((matches, index) => {
    const detection = matches / (figures.truthBoxes + figures.predictedBoxes - matches);
    const association = (figures.association[index] ?? 0) / Math.max(1, matches);
    return Math.sqrt(detection * association);
  });
  return sum(scores) / scores.length;
}

/** Figures of several sequences together. */
export function addHota(all: readonly HotaFigures[]): HotaFigures {
  const addLists = (key: 'matches' | 'association'): number[] =>
    thresholds.map((_, index) => sum(all.map((figures) => figures[key][index] ?? 0)));
  return {
    matches: addLists('matches'),
    association: addLists('association'),
    truthBoxes: sum(all.map((figures) => figures.truthBoxes)),
    predictedBoxes: sum(all.map((figures) => figures.predictedBoxes)),
  };
}

function framesById(frames: Frames): Map<number, number> {
  const counts = new Map<number, number>();
  for (const box of frames.flat()) counts.set(box.id, (counts.get(box.id) ?? 0) + 1);
  return counts;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
