/**
 * The trial of a new model on one camera: copies of a share of its frames go to the model that counted before, and what
 * both say is compared. The copy leaves the camera's own slot free, so that the camera does not wait.
 */
import type { Detection } from '#contract/detection.ts';
import type { FrameLayout } from './base/frame.ts';
import { addBoxes, type BoxAgreement, compareBoxes, noBoxes } from './box-agreement.ts';
import type { CameraSlots } from './inference/inference-protocol.ts';
import type { Trial } from './model-plan.ts';

/** What is known of a new model on one camera since it took over. */
export interface TrialFigures {
  /** Digest of the new model, so that figures of an earlier trial are told apart */
  readonly digest: string;
  /** Frames it was asked about, and of these those on which it failed */
  readonly frames: number;
  readonly failures: number;
  /** Sure boxes it has found on all its frames */
  readonly boxes: number;
  /** Frames at which the former model looked too */
  readonly compared: number;
  readonly agreement: BoxAgreement;
}

export interface LaneTrial {
  readonly trial: Trial;
  /** The new model has looked at a frame; `pixels` are still there. */
  saw(detections: readonly Detection[], pixels: Uint8Array, layout: FrameLayout): void;
  failed(): void;
  /** Since when a copy waits for the former model, monotonic ms; null when none does */
  waitingSinceMs(): number | null;
  /** The copy goes to the former model. */
  start(): void;
  /** What the former model says about the copy; null when it failed. */
  compared(detections: readonly Detection[] | null): void;
  figures(): TrialFigures;
}

export interface LaneTrialOptions {
  readonly trial: Trial;
  readonly digest: string;
  /** Name under which the copies lie beside the slots of the cameras */
  readonly slotsId: string;
  readonly setSlots: (slots: CameraSlots) => void;
  readonly nowMs: () => number;
}

export function createLaneTrial(options: LaneTrialOptions): LaneTrial {
  const { trial, digest, slotsId } = options;
  const every = trial.share > 0 ? Math.max(1, Math.round(1 / trial.share)) : Infinity;
  let copy: { readonly shared: SharedArrayBuffer; readonly layout: FrameLayout } | null = null;
  let state: 'free' | 'waiting' | 'running' = 'free';
  let sinceMs = 0;
  let ours: readonly Detection[] = [];
  let frames = 0;
  let failures = 0;
  let boxes = 0;
  let compared = 0;
  let agreement = noBoxes;

  function keep(pixels: Uint8Array, layout: FrameLayout): void {
    if (copy?.shared.byteLength !== pixels.byteLength || copy.layout !== layout) {
      copy = { shared: new SharedArrayBuffer(pixels.byteLength), layout };
      const { shared } = copy;
      options.setSlots({ cameraId: slotsId, shared, slotBytes: pixels.byteLength, layout });
    }
    new Uint8Array(copy.shared).set(pixels);
  }

  return {
    trial,
    saw(detections, pixels, layout) {
      boxes += compareBoxes([], detections).found;
      if (frames++ % every !== 0 || state !== 'free') return;
      keep(pixels, layout);
      ours = detections;
      state = 'waiting';
      sinceMs = options.nowMs();
    },
    failed() {
      frames++;
      failures++;
    },
    waitingSinceMs: () => (state === 'waiting' ? sinceMs : null),
    start() {
      state = 'running';
    },
    compared(detections) {
      state = 'free';
      if (!detections) return;
      compared++;
      agreement = addBoxes(agreement, compareBoxes(detections, ours));
    },
    figures: () => ({ digest, frames, failures, boxes, compared, agreement }),
  };
}
