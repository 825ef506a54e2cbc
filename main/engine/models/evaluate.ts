/**
 * How well a model finds what is in a data set: average precision per class and per label of the station.
 */
import path from 'node:path';
import type { Box } from '#contract/geometry.ts';
import type { Label } from '#contract/detection.ts';
import type { ModelCard } from '#contract/model.ts';
import { averagePrecision } from './average-precision.ts';
import type { AveragePrecision, ClassOnPicture } from './average-precision.ts';
import { readCocoDataset } from './coco-dataset.ts';
import type { DatasetPicture } from './coco-dataset.ts';
import { mapLabels } from './label-map.ts';

/** What the model found on one picture, boxes in 0…1 of it. */
export interface FoundBox {
  readonly box: Box;
  readonly score: number;
  readonly classIndex: number;
}

export interface EvaluateOptions {
  readonly card: ModelCard;
  /** Folder of the pictures */
  readonly imagesFolder: string;
  /** True boxes in the COCO format */
  readonly annotationsFile: string;
  /** Finds boxes on the picture of a file, with a score floor near 0. */
  readonly detect: (file: string) => Promise<readonly FoundBox[]>;
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

export interface Evaluation {
  readonly pictures: number;
  /** Mean over the classes that occur in the data set */
  readonly mean: AveragePrecision;
  readonly classes: Readonly<Record<string, AveragePrecision>>;
  /** Classes that the station counts as the same label, taken together */
  readonly labels: Readonly<Partial<Record<Label, AveragePrecision>>>;
}

/** Below the floor of a card the curve is not complete: evaluate with this one. */
export const evaluationScoreFloor = 0.001;

/** Runs the model over all pictures. Throws REQ_001 when the data set cannot be read, and what `detect` throws. */
export async function evaluate(options: EvaluateOptions): Promise<Evaluation> {
  const { card, imagesFolder, annotationsFile, onProgress, signal } = options;
  const dataset = await readCocoDataset(annotationsFile);
  const found: (readonly FoundBox[])[] = [];
  for (const { fileName } of dataset) {
    signal?.throwIfAborted();
    found.push(await options.detect(path.join(imagesFolder, fileName)));
    onProgress?.(found.length, dataset.length);
  }
  return score(dataset, found, card);
}

/** Compares what was found with what is there: pure. */
export function score(
  dataset: readonly DatasetPicture[],
  found: readonly (readonly FoundBox[])[],
  card: Pick<ModelCard, 'classes' | 'labels'>,
): Evaluation {
  const trueNames = [
    ...new Set(dataset.flatMap(({ truth }) => truth.map(({ className }) => className))),
  ];
  const trueLabels = mapLabels(trueNames);
  const precisionOf = (
    isFound: (className: string) => boolean,
    isTrue: (className: string) => boolean,
  ): AveragePrecision | null =>
    averagePrecision(
      dataset.map((picture, index): ClassOnPicture => {
        const boxes = found[index] ?? [];
        return {
          found: boxes.filter(({ classIndex }) => isFound(card.classes[classIndex] ?? '')),
          truth: picture.truth.filter(({ className }) => isTrue(className)),
        };
      }),
    );

  const classes: Record<string, AveragePrecision> = {};
  for (const name of trueNames) {
    const precision = precisionOf(
      (other) => other.toLowerCase() === name.toLowerCase(),
      (other) => other === name,
    );
    if (precision !== null) classes[name] = precision;
  }
  const labels: Partial<Record<Label, AveragePrecision>> = {};
  for (const label of new Set(Object.values(trueLabels))) {
    const precision = precisionOf(
      (name) => card.labels[name] === label,
      (name) => trueLabels[name] === label,
    );
    if (precision !== null) labels[label] = precision;
  }
  return { pictures: dataset.length, mean: meanOf(Object.values(classes)), classes, labels };
}

function meanOf(precisions: readonly AveragePrecision[]): AveragePrecision {
  const count = Math.max(1, precisions.length);
  return {
    ap50: precisions.reduce((sum, { ap50 }) => sum + ap50, 0) / count,
    ap: precisions.reduce((sum, { ap }) => sum + ap, 0) / count,
  };
}
