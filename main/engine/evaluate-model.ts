/**
 * Measures a model on a data set: joins inference with the models stage. It computes in the process that calls it, so call
 * it from the command line or from a worker, never from the station.
 */
import type { ModelCard } from '#contract/model.ts';
import { readPicture } from './base/read-picture.ts';
import { analysisSize } from './inference/fit.ts';
import { createSession } from './inference/session.ts';
import { evaluate, evaluationScoreFloor, type Evaluation } from './models/evaluate.ts';

export interface EvaluateModelOptions {
  readonly file: string;
  readonly card: ModelCard;
  readonly provider: string;
  readonly intraOpThreads: number;
  /** Folder of the pictures */
  readonly imagesFolder: string;
  /** True boxes in the COCO format */
  readonly annotationsFile: string;
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/** Average precision of a model. Throws what loading and running throw, and REQ_001 for an unreadable data set. */
export async function evaluateModel(options: EvaluateModelOptions): Promise<Evaluation> {
  const card = { ...options.card, scoreFloor: evaluationScoreFloor };
  const session = await createSession({ ...options, model: options.file, card });
  try {
    return await evaluate({
      ...options,
      card,
      detect: async (file) => {
        const picture = await readPicture(file, (size) => analysisSize(size, card));
        const { detections } = await session.runClasses([picture]);
        return detections[0] ?? [];
      },
    });
  } finally {
    await session.close();
  }
}
