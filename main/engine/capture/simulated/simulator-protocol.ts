/**
 * What a worker's main thread and its simulator thread say to each other. Pixels stay in shared memory.
 */
import type { ErrorBody } from '#contract/error.ts';
import type { SceneOptions } from './options.ts';
import type { CrossingQuery, FollowedLine, FollowedTruth, TruthBox } from './scene.ts';
import type { TruthCrossing } from './truth-crossings.ts';

/** `feed` is the number of an opened scene, `request` that of a question; both are the caller's. */
export type ToSimulator =
  | { readonly kind: 'open'; readonly feed: number; readonly scene: SceneOptions }
  | {
      readonly kind: 'render';
      readonly feed: number;
      readonly request: number;
      readonly frameIndex: number;
      /** A view of shared memory */
      readonly target: Uint8Array;
    }
  | {
      readonly kind: 'truth';
      readonly feed: number;
      readonly request: number;
      readonly frameIndex: number;
    }
  | {
      readonly kind: 'crossings';
      readonly feed: number;
      readonly request: number;
      readonly query: CrossingQuery;
    }
  | { readonly kind: 'follow'; readonly feed: number; readonly lines: readonly FollowedLine[] }
  | {
      readonly kind: 'followed';
      readonly feed: number;
      readonly request: number;
      readonly toFrame: number;
    }
  | { readonly kind: 'close'; readonly feed: number }
  | { readonly kind: 'end' };

export type SimulatorAnswer =
  | { readonly kind: 'rendered' }
  | { readonly kind: 'truth'; readonly boxes: readonly TruthBox[] }
  | { readonly kind: 'crossings'; readonly crossings: readonly TruthCrossing[] }
  | { readonly kind: 'followed'; readonly lines: readonly FollowedTruth[] };

export type FromSimulator =
  | { readonly request: number; readonly answer: SimulatorAnswer }
  | { readonly request: number; readonly error: ErrorBody };
