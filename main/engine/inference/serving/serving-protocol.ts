/**
 * What the station and the process of one instance say to each other: picture files in, boxes out.
 */
import { z } from 'zod';
import type { ErrorBody } from '#contract/error.ts';
import type { Size } from '#contract/geometry.ts';
import { Execution } from '#contract/execution.ts';
import { ModelCard } from '#contract/model.ts';
import type { BrokenWay } from '#engine/inference/inference-protocol.ts';
import type { ClassDetection, ReadLimits } from '#engine/inference/postprocess.ts';

/** What an instance loads, once. */
export const LoadCommand = z.object({
  kind: z.literal('load'),
  path: z.string(),
  card: ModelCard,
  /** How it computes; the next where one breaks */
  executions: z.array(Execution).min(1),
  /** The process ends itself when it uses more than this */
  maxMemoryBytes: z.number().int().positive(),
});
export type LoadCommand = z.infer<typeof LoadCommand>;

/** One picture of a run: the file as it came, and how its answer is read. */
export interface RunPicture extends ReadLimits {
  readonly bytes: Uint8Array;
}

export type ToInstance =
  | LoadCommand
  | { readonly kind: 'run'; readonly runId: number; readonly pictures: readonly RunPicture[] }
  /** A run of one grey picture; `results` are empty where it goes well */
  | { readonly kind: 'check'; readonly runId: number }
  | { readonly kind: 'close' };

/** What was found on one picture, or why nothing can be said about it. */
export type PictureResult =
  | { readonly picture: Size; readonly detections: readonly ClassDetection[]; readonly error: null }
  | { readonly error: ErrorBody };

/** ms of the steps for the whole run; reading includes decoding and scaling. */
export interface RunTimings {
  readonly decodeMs: number;
  readonly preprocessMs: number;
  readonly inferMs: number;
  readonly postprocessMs: number;
}

export type FromInstance =
  | {
      readonly kind: 'ready';
      /** Pictures that a run of the network takes; null when any number is possible */
      readonly batchSize: number | null;
      readonly rssBytes: number;
    }
  | { readonly kind: 'failed'; readonly error: ErrorBody }
  /** Another provider computes now; null: the chosen one again */
  | { readonly kind: 'broken'; readonly broken: BrokenWay | null }
  | {
      readonly kind: 'done';
      readonly runId: number;
      readonly results: readonly PictureResult[];
      readonly timings: RunTimings;
      readonly rssBytes: number;
    };
