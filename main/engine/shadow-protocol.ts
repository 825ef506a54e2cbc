/**
 * What the station, a worker and the process of a challenger say to each other. Frames go from the worker to the challenger over
 * a local socket, everything else is small.
 */
import type { ErrorBody } from '#contract/error.ts';
import type { ArmMinute } from '#contract/experiment-event.ts';
import type { Line, LineCrossing } from '#contract/counting.ts';
import type { FrameLayout } from './base/frame.ts';
import type { Seen } from './base/seen.ts';
import type { Tracking } from './camera-counter.ts';
import type { SeenByBoth } from './experiment-sights.ts';
import type { WorkerModel } from './worker-protocol.ts';

/** Where a worker sends the frames of a camera while a challenger looks on. */
export interface ShadowTarget {
  /** Path of the socket, or name of the pipe */
  readonly address: string;
  /** Only what this version has counted is compared */
  readonly modelDigest: string;
  /** B looks at each n-th frame of these; 1 at every one */
  readonly eachNth: number;
}

/** One frame as the model in use has counted it, and what became of the frames since the one before. */
export interface ShadowFrame {
  readonly seq: number;
  /** Unix time in ms */
  readonly at: number;
  readonly seconds: number;
  readonly layout: FrameLayout;
  readonly detections: readonly Seen[];
  /** How long the run of the model in use took; null for a frame that it need not look at */
  readonly inferMs: number | null;
  /** Whether the lower frame rate of B leaves it out */
  readonly isLeftOut: boolean;
  /** Memory of the worker */
  readonly rssBytes: number;
}

export interface ShadowMessage {
  readonly frame: ShadowFrame | null;
  readonly since: ShadowMissed;
}

/** Frames that the challenger does not get. */
export interface ShadowMissed {
  /** It was still busy */
  readonly dropped: number;
  /** Another model has counted them */
  readonly foreign: number;
  /** The model in use failed on them */
  readonly failed: number;
}

export const nothingMissed: ShadowMissed = { dropped: 0, foreign: 0, failed: 0 };

export interface ShadowJob {
  readonly address: string;
  readonly place: string;
  readonly lines: readonly Line[];
  readonly fps: number;
  /** B looks at each n-th of them; 1 at every one */
  readonly eachNth: number;
  readonly challenger: WorkerModel;
  /** Thresholds of the tracker of the challenger */
  readonly tracking: Tracking;
  /** Share of one core that its runs may take, 0…1 */
  readonly coreShare: number;
  readonly maxMemoryBytes: number;
}

export type ToShadow =
  { readonly kind: 'begin'; readonly job: ShadowJob } | { readonly kind: 'finish' };

export type FromShadow =
  | { readonly kind: 'ready' }
  | { readonly kind: 'failed'; readonly error: ErrorBody }
  /** What both have seen on a frame at which both have looked */
  | { readonly kind: 'seen'; readonly seen: SeenByBoth }
  /** A run begins, or has ended: the thread of the process is blocked between the two */
  | { readonly kind: 'running'; readonly isRunning: boolean }
  | { readonly kind: 'found'; readonly found: ShadowFound };

/** What both arms did on the frames of one stretch. */
export interface ShadowFound {
  readonly frames: number;
  readonly missed: ShadowMissed;
  /** Time of the first and the last frame, Unix ms; null when there was none */
  readonly span: { readonly from: number; readonly to: number } | null;
  readonly crossings: {
    readonly a: readonly LineCrossing[];
    readonly b: readonly LineCrossing[];
  };
  readonly minutes: readonly ArmMinute[];
  /** Frames at which the challenger looked, on how many of them it failed, and why at last */
  readonly runs: number;
  readonly failures: number;
  readonly lastFailure: ErrorBody | null;
  /** Time of a core that its runs took, ms */
  readonly cpuMs: number;
}
