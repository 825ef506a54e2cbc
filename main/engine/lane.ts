/**
 * One camera within its worker: what the stages of the pipeline keep of it.
 */
import type { CameraId, CaptureState } from '#contract/camera.ts';
import type { Seen } from '#engine/base/seen.ts';
import type { FrameQueue, QueuedFrame } from './base/frame-queue.ts';
import type { RateMeter } from './base/rates.ts';
import type { CameraCounter } from './camera-counter.ts';
import type { Capture } from './capture/capture.ts';
import type { ViewWatch } from './capture/view-watch.ts';
import type { CountingPlan } from './counting-plan.ts';
import type { LaneFigures } from './lane-figures.ts';
import type { LaneGate } from './lane-gate.ts';
import type { LaneModel } from './lane-model.ts';
import type { LaneRecord } from './lane-record.ts';
import type { PathLane } from './path-lane.ts';
import type { ShadowTap } from './shadow-tap.ts';
import type { Assignment, CameraReport, WorkerModel } from './worker-protocol.ts';

export interface Lane {
  readonly cameraId: CameraId;
  readonly assignment: Assignment;
  readonly queue: FrameQueue;
  /** Null only until its source was opened, which may report a state at once */
  capture: Capture | null;
  readonly capturedRate: RateMeter;
  readonly inferredRate: RateMeter;
  /** Null in a replay, where frames are inferred side by side, and where it is switched off */
  gate: LaneGate | null;
  /** Whether the camera still looks where its lines were drawn; null in a replay */
  readonly view: ViewWatch | null;
  /** Which model counts, and what is known of it */
  readonly model: LaneModel;
  readonly figures: LaneFigures;
  /** Shows its frames to a challenger; null while nobody looks on */
  tap: ShadowTap | null;
  /** Frames on which the model failed, for the model that may answer instead */
  readonly retries: Underway[];
  /** What counted the last frame */
  countedWith: WorkerModel | null;
  plan: CountingPlan;
  counter: CameraCounter | null;
  /** Writes down the paths of tracks; null until the size of the picture is known, and in a replay */
  paths: PathLane | null;
  captured: number;
  inferred: number;
  /** Time of the network for one frame of the last run, ms; 0 before the first */
  perFrameMs: number;
  /** Frames at inference in the order in which they left; counted in this order */
  readonly underway: Underway[];
  /** What the ledger is told */
  readonly record: LaneRecord;
  overlayMs: number;
  lastState: CaptureState['state'];
  /** No further frame is looked at for now */
  isHeld: boolean;
  isClosed: boolean;
}

/** A frame at inference. */
export interface Underway {
  readonly queued: QueuedFrame;
  readonly startedMs: number;
  /** Digest of the model that has failed on it already */
  failedBy: string | null;
  outcome: Outcome | 'failed' | null;
}

/** What was found on a frame. */
export interface Outcome {
  readonly detections: readonly Seen[];
  readonly model: WorkerModel;
  /** How long the network took; null where the gate knew what is in the frame */
  readonly inferMs: number | null;
}

/** In a replay frames are inferred side by side, and a camera may want every frame looked at. */
export function isGated({ isReplay, camera }: Assignment): boolean {
  return !isReplay && !camera.isUngated;
}

/** Where the copies of a camera's frames lie. An id of a camera has no slash. */
export function copyOf(cameraId: CameraId): string {
  return `${cameraId}/copy`;
}

/** What one camera did, for the station; figures since the last report are taken. */
export function reportLane(lane: Lane, nowMs: number): CameraReport {
  const { captured, inferred, queue } = lane;
  const dropped = queue.dropped();
  const late = queue.late();
  return {
    cameraId: lane.cameraId,
    capturedFps: lane.capturedRate.perSecond(nowMs),
    inferredFps: lane.inferredRate.perSecond(nowMs),
    gatedShare: lane.gate?.share() ?? 0,
    view: lane.lastState === 'live' ? (lane.view?.now() ?? null) : null,
    ...{ captured, inferred, dropped, late },
    ...lane.model.figures(),
    since: lane.figures.take({ captured, dropped, late }),
  };
}
