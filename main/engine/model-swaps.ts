/**
 * Changes of the models that running workers count with, from the order to its answer. A worker that gives none in time is
 * ended, because nothing else ends a wedged run.
 */
import { StationError, type ErrorBody } from '#contract/error.ts';
import type { ModelPlan } from './model-plan.ts';
import type { WorkerHandle } from './worker-handle.ts';

/** Loading and warming a model (S3) */
const swapLimitMs = 30_000;

export interface ModelSwaps {
  /** Changes the models of one worker; the error tells why it still counts with the old ones. */
  order(worker: WorkerHandle, next: ModelPlan): Promise<StationError | null>;
  /** What a worker says of an order; null: it counts with the new ones. */
  answer(swapId: number, error: ErrorBody | null): void;
  /** Whether the newest order to a worker has no answer yet. */
  isOpen(workerId: string): boolean;
  /** The worker has ended. */
  lose(workerId: string): void;
}

export function createModelSwaps(): ModelSwaps {
  const answers = new Map<number, (error: StationError | null) => void>();
  /** The newest order to each worker that has not answered yet */
  const newest = new Map<string, number>();
  let ids = 0;

  return {
    order(worker, next) {
      const swapId = ++ids;
      return new Promise((resolve) => {
        const late = setTimeout(() => {
          answers.delete(swapId);
          worker.kill();
          resolve(
            new StationError(
              'INF_002',
              `The model was not ready within ${String(swapLimitMs / 1000)} s in worker ${worker.id}. Use a smaller model, or try again when this PC has less to do.`,
            ),
          );
        }, swapLimitMs);
        answers.set(swapId, (error) => {
          clearTimeout(late);
          answers.delete(swapId);
          if (newest.get(worker.id) === swapId) newest.delete(worker.id);
          resolve(error);
        });
        newest.set(worker.id, swapId);
        worker.post({ kind: 'use-models', swapId, models: next });
      });
    },
    answer(swapId, error) {
      answers.get(swapId)?.(error === null ? null : StationError.fromBody(error));
    },
    isOpen: (workerId) => newest.has(workerId),
    lose(workerId) {
      const swapId = newest.get(workerId);
      if (swapId === undefined) return;
      const text = 'A worker ended while it loaded the model: its log says why.';
      answers.get(swapId)?.(new StationError('MODEL_002', text));
    },
  };
}
