/**
 * What travels between a worker's main thread and its inference threads: slot numbers in, detections out.
 */
import { z } from 'zod';
import type { Detection } from '#contract/detection.ts';
import type { ErrorBody } from '#contract/error.ts';
import { ModelCard } from '#contract/model.ts';
import type { FrameLayout } from '#engine/base/frame.ts';

/** What a thread is started with. */
export const InferenceThreadData = z.object({
  path: z.string(),
  card: ModelCard,
  provider: z.string(),
  intraOpThreads: z.number().int().positive(),
});
export type InferenceThreadData = z.infer<typeof InferenceThreadData>;

/** The memory of one camera's slots. */
export interface CameraSlots {
  readonly cameraId: string;
  readonly shared: SharedArrayBuffer;
  readonly slotBytes: number;
  readonly layout: FrameLayout;
}

/** One frame of a batch: where its pixels are. */
export interface BatchFrame {
  readonly cameraId: string;
  readonly slot: number;
}

export type ToThread =
  | ({ readonly kind: 'slots' } & CameraSlots)
  | { readonly kind: 'forget'; readonly cameraId: string }
  | { readonly kind: 'run'; readonly batch: readonly BatchFrame[] }
  | { readonly kind: 'close' };

/** Detections in the order of the batch, and ms of the steps for the whole batch. */
export interface BatchResult {
  readonly detections: Detection[][];
  readonly preprocessMs: number;
  readonly inferMs: number;
  readonly postprocessMs: number;
}

export type FromThread =
  | { readonly kind: 'ready'; readonly batchSize: number | null }
  | { readonly kind: 'failed'; readonly error: ErrorBody }
  | { readonly kind: 'done'; readonly result: BatchResult }
  | { readonly kind: 'run-failed'; readonly error: ErrorBody };
