/**
 * From the outputs of a network to what the station counts: head, checks, labels, suppression, way back to the picture.
 */
import type { Detection, Label } from '#contract/detection.ts';
import { StationError } from '#contract/error.ts';
import type { Box } from '#contract/geometry.ts';
import type { ModelCard } from '#contract/model.ts';
import { toPicture } from './fit.ts';
import type { Fit } from './fit.ts';
import type { Outputs, RawDetection } from './head.ts';
import { heads } from './heads/index.ts';
import { suppress } from './nms.ts';

/** A box with the model's own class, for evaluation. */
export interface ClassDetection {
  readonly box: Box;
  readonly score: number;
  readonly classIndex: number;
}

export interface Postprocessor {
  /** What the station counts of picture `batchIndex`, strongest first. Throws MODEL_003 or INF_004. */
  readonly toDetections: (outputs: Outputs, batchIndex: number, fit: Fit) => Detection[];
  /** Every box with the model's own class, strongest first. */
  readonly toClassDetections: ReadClasses;
  /** As `toClassDetections`, with other thresholds. */
  readonly classReader: (limits: ReadLimits) => ReadClasses;
}

/** Thresholds of one picture instead of those on the card. */
export interface ReadLimits {
  readonly scoreFloor?: number | undefined;
  readonly nmsIou?: number | undefined;
}

type ReadClasses = (outputs: Outputs, batchIndex: number, fit: Fit) => ClassDetection[];

/** Rounding of a sigmoid may leave a score a hair above 1; logits are far above it. */
const SCORE_LIMIT = 1.001;
/** Every so many numbers of an output one is looked at: NaN spreads, so that a sample finds it. */
const SAMPLE_STEP = 61;

/** Makes the reader of a card's outputs. */
export function createPostprocessor(card: ModelCard): Postprocessor {
  const decode = heads[card.head];
  const labels = card.classes.map((name): Label | undefined => card.labels[name]);

  function read(
    outputs: Outputs,
    batchIndex: number,
    scoreFloor = card.scoreFloor,
  ): RawDetection[] {
    const found = decode(outputs, {
      input: card.input,
      batchIndex,
      classCount: card.classes.length,
      scoreFloor,
    });
    if (batchIndex === 0) checkSample(outputs);
    found.forEach((raw) => checkDetection(raw, card.classes.length));
    return found;
  }

  function classReader({ scoreFloor, nmsIou = card.nmsIou }: ReadLimits): ReadClasses {
    return (outputs, batchIndex, fit) =>
      suppress(read(outputs, batchIndex, scoreFloor), nmsIou).flatMap((raw) => {
        const box = toPicture(raw, fit);
        const { classIndex } = raw;
        return box === null ? [] : [{ box, score: Math.min(1, raw.score), classIndex }];
      });
  }

  return {
    toDetections(outputs, batchIndex, fit) {
      const counted = read(outputs, batchIndex).filter(
        ({ classIndex }) => labels[classIndex] !== undefined,
      );
      const kept = suppress(counted, card.nmsIou, (classIndex) => labels[classIndex] as Label);
      return kept.flatMap((raw) => {
        const box = toPicture(raw, fit);
        if (box === null) return [];
        return [{ box, score: Math.min(1, raw.score), label: labels[raw.classIndex] as Label }];
      });
    },
    toClassDetections: classReader({}),
    classReader,
  };
}

function checkSample(outputs: Outputs): void {
  for (const [name, { data }] of Object.entries(outputs)) {
    for (let at = 0; at < data.length; at += SAMPLE_STEP) {
      if (Number.isNaN(data[at])) throw nonsense(`output ${name} holds NaN`);
    }
  }
}

function checkDetection(raw: RawDetection, classCount: number): void {
  const { classIndex, score, x1, y1, x2, y2 } = raw;
  if (!Number.isFinite(x1 + y1 + x2 + y2)) throw nonsense('a box is not finite');
  if (!Number.isInteger(classIndex) || classIndex >= classCount) {
    throw nonsense(`a class is ${classIndex}, but the card names ${classCount}`);
  }
  if (!(score >= 0 && score <= SCORE_LIMIT)) throw nonsense(`a score is ${score}`);
}

function nonsense(detail: string): StationError {
  return new StationError(
    'INF_004',
    `The model returned numbers that are not detections: ${detail}. Use another version of the model or another execution provider.`,
  );
}
