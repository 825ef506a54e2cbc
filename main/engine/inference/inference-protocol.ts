/**
 * What travels between a worker's main thread and its inference threads: slot numbers in, detections out.
 */
import { z } from 'zod';
import type { ErrorBody } from '#contract/error.ts';
import { type BrokenExecution, Execution } from '#contract/execution.ts';
import { ModelCard } from '#contract/model.ts';
import type { Seen } from '#engine/base/seen.ts';
import type { FrameLayout } from '#engine/base/frame.ts';

/** A model that counts for a camera while its champion fails. */
export const FailoverModel = z.object({
  path: z.string(),
  digest: z.string(),
  card: ModelCard,
  /** Loaded and warm at any time; else it is loaded when it is needed for the first time */
  isWarm: z.boolean(),
});
export type FailoverModel = z.infer<typeof FailoverModel>;

/** What a thread is started with. */
export const InferenceThreadData = z.object({
  path: z.string(),
  digest: z.string(),
  card: ModelCard,
  /** Goes on without it when it cannot be loaded, and tries again: others stand in for it */
  mayStandIn: z.boolean(),
  /** How it computes; the next where one breaks. Those that stand in compute in the plain way */
  executions: z.array(Execution).min(1),
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
  /** Who counts for a camera while the champion fails, best first */
  | {
      readonly kind: 'line';
      readonly cameraId: string;
      readonly line: readonly FailoverModel[];
    }
  | { readonly kind: 'run'; readonly batch: readonly BatchFrame[] }
  | { readonly kind: 'close' };

/** Detections in the order of the batch, and ms of the steps for the whole batch. */
export interface BatchResult {
  readonly detections: Seen[][];
  readonly preprocessMs: number;
  readonly inferMs: number;
  readonly postprocessMs: number;
  /** Per frame: who looked at it instead of the champion, or why nobody could; left out when the champion looked at all */
  readonly standIns?: readonly ({ readonly digest: string } | { readonly error: ErrorBody })[];
}

/** Whether the champion of a thread is trusted with frames, and who can stand in for it. */
export interface Standing {
  readonly state: 'closed' | 'open' | 'half-open';
  /** Why it gets no frames; null while it does */
  readonly reason: ErrorBody | null;
  /** When it is tried again, ms from now; null while it is trusted, being tried, or being loaded */
  readonly retryInMs: number | null;
  /** Digests of those that are loaded and trusted */
  readonly usable: readonly string[];
}

/** What computes instead of the provider that was chosen, and why. */
export type BrokenWay = Omit<BrokenExecution, 'since'>;

export type FromThread =
  | { readonly kind: 'ready'; readonly batchSize: number | null }
  | { readonly kind: 'failed'; readonly error: ErrorBody }
  | { readonly kind: 'standing'; readonly standing: Standing }
  /** Another provider computes now; null: the chosen one again */
  | { readonly kind: 'broken'; readonly broken: BrokenWay | null }
  | { readonly kind: 'done'; readonly result: BatchResult }
  | { readonly kind: 'run-failed'; readonly error: ErrorBody };

/** Of a model of which nothing bad is known. */
export const trusted: Standing = { state: 'closed', reason: null, retryInMs: null, usable: [] };
