/**
 * What the station and a worker process say to each other. Small objects only: pixels never cross, previews excepted.
 */
import type { CameraId, CameraSettings, CaptureState, View } from '#contract/camera.ts';
import type { Checkpoint, LineCrossing } from '#contract/counting.ts';
import type { Detection, Track } from '#contract/detection.ts';
import type { ErrorBody } from '#contract/error.ts';
import type { Execution } from '#contract/execution.ts';
import type { TrackPassage } from '#contract/flow.ts';
import type { Size } from '#contract/geometry.ts';
import type { StepTimings } from '#contract/health.ts';
import type { BreakerName } from '#contract/camera.ts';
import type { ModelCard } from '#contract/model.ts';
import type { RecordingState, Segment } from '#contract/recording.ts';
import type { ZoneChange, ZoneOccupancy } from '#contract/zone.ts';
import type { Tracking } from './camera-counter.ts';
import type { CapturePlay, Keeping } from './capture/capture.ts';
import type { CountingPlan } from './counting-plan.ts';
import type { EncodedBlock } from './base/trajectory.ts';
import type { LaneSince } from './lane-figures.ts';
import type { TrialFigures } from './lane-trial.ts';
import type { ModelPlan } from './model-plan.ts';
import type { BrokenWay, FailoverModel } from './inference/inference-protocol.ts';
import type { ShadowTarget } from './shadow-protocol.ts';

/** A model version as a worker needs it. */
export interface WorkerModel {
  /** Absolute path of the ONNX file */
  readonly path: string;
  readonly digest: string;
  readonly card: ModelCard;
  /** How it computes, the next where one breaks; in the plain way when left out */
  readonly executions?: readonly Execution[];
}

export interface WorkerSettings {
  readonly workerId: string;
  /** Marks ffmpeg processes as ours, so that orphans can be found */
  readonly owner: string;
  readonly threads: number;
  readonly ffmpegPath: string;
  readonly resourcesFolder: string;
  readonly hardwareDecoding: 'auto' | 'off';
  readonly models: ModelPlan;
  /** The process ends itself when it uses more; no limit when left out */
  readonly maxMemoryBytes?: number;
}

/** One camera handed to a worker. Messages of an older generation of it are ignored. */
export interface Assignment {
  readonly camera: CameraSettings;
  readonly generation: number;
  readonly plan: CountingPlan;
  readonly epoch: number;
  readonly checkpoint: Checkpoint | null;
  readonly isReplay: boolean;
  /** A replay that belongs to the ledger: Unix time in ms of its first frame. It goes on at the frame after the checkpoint. */
  readonly play: Omit<CapturePlay, 'firstFrame'> | null;
  /** Replay only: frames in one run of the network, where the model takes so many; 1 when left out */
  readonly batch?: number;
  /** Replay only: send every frame's detections and tracks too */
  readonly wantsFrames: boolean;
  readonly keeping: Keeping;
  /** Who counts while the champion fails, best first */
  readonly failover: readonly FailoverModel[];
  /** Thresholds of the tracker in an experiment */
  readonly tracking?: Tracking;
  /** Replay only: looks at each n-th frame, at every one when left out */
  readonly eachNth?: number;
}

export type ToWorker =
  | { readonly kind: 'start'; readonly settings: WorkerSettings }
  | { readonly kind: 'assign'; readonly assignment: Assignment }
  | { readonly kind: 'release'; readonly cameraId: CameraId; readonly generation: number }
  /** Load and warm what is new beside what counts, then change between two frames */
  | { readonly kind: 'use-models'; readonly swapId: number; readonly models: ModelPlan }
  | {
      readonly kind: 'failover';
      readonly cameraId: CameraId;
      readonly line: readonly FailoverModel[];
    }
  | { readonly kind: 'plan'; readonly cameraId: CameraId; readonly plan: CountingPlan }
  | {
      readonly kind: 'watch';
      readonly cameraId: CameraId;
      readonly request: { readonly width: number; readonly fps: number } | null;
    }
  /** Record to another place from now on, or no longer */
  | {
      readonly kind: 'record';
      readonly cameraId: CameraId;
      readonly target: Keeping['recording'];
    }
  /** Look at no further frame of a replay until it may go on: live frames come late */
  | { readonly kind: 'hold'; readonly cameraId: CameraId; readonly isHeld: boolean }
  /** Show the frames of a camera to a challenger from now on, or no longer */
  | {
      readonly kind: 'shadow';
      readonly cameraId: CameraId;
      readonly target: ShadowTarget | null;
    }
  | { readonly kind: 'ping'; readonly at: number }
  | { readonly kind: 'shutdown' };

export interface CameraReport {
  readonly cameraId: CameraId;
  readonly capturedFps: number;
  readonly inferredFps: number;
  readonly gatedShare: number;
  readonly captured: number;
  readonly inferred: number;
  readonly dropped: number;
  /** Frames that were too old when their turn came */
  readonly late: number;
  readonly p95Ms: number;
  /** Of the model that counts now */
  readonly timings: StepTimings;
  readonly modelDigest: string | null;
  /** Frames on which its model failed, and sure boxes it has found, since it counts on this camera */
  readonly failures: number;
  readonly boxes: number;
  /** Frames its model has looked at since it counts on this camera */
  readonly looked: number;
  /** What its picture is like; null until it is known */
  readonly view: View | null;
  /** While the model is on trial */
  readonly trial: TrialFigures | null;
  /** What came since the report before */
  readonly since: LaneSince;
}

export interface WorkerReport {
  /** Monotonic ms of the worker at which it was made */
  readonly atMs: number;
  readonly rssBytes: number;
  readonly cameras: readonly CameraReport[];
  /** Frames inferred since the worker started, and in how many runs of the network */
  readonly inferred: number;
  readonly runs: number;
  readonly timings: StepTimings;
  readonly ffmpegPids: readonly number[];
  /** Share of the inference threads' time spent in inference, 0…1 */
  readonly busyShare: number;
  /** For how long the oldest run in flight has been running, ms; 0 when none is */
  readonly oldestRunMs: number;
  /** Time of the processor that the process used since the report before, over all cores; not that of its ffmpegs */
  readonly cpuMs: number;
  /** The longest time since then in which its main thread could not answer, ms */
  readonly loopDelayMs: number;
}

/** The true count of a line between two Unix times in ms. */
export interface LineTruth {
  readonly lineId: string;
  readonly revision: number;
  readonly from: number;
  readonly to: number;
  readonly in: number;
  readonly out: number;
}

/** Which model counts on a camera now, and why another than it should. */
export interface WorkerCounting {
  readonly champion: string;
  /** Digest of the one that counts; null when none can */
  readonly by: string | null;
  readonly breaker: BreakerName;
  readonly reason: ErrorBody | null;
  /** Unix ms at which the champion is tried again */
  readonly retryAt: number | null;
}

interface OfCamera {
  readonly cameraId: CameraId;
  readonly generation: number;
}

export type FromWorker =
  | { readonly kind: 'ready'; readonly providers: readonly string[] }
  | { readonly kind: 'failed'; readonly error: ErrorBody }
  | { readonly kind: 'swapped'; readonly swapId: number; readonly error: ErrorBody | null }
  | { readonly kind: 'report'; readonly report: WorkerReport }
  /** Another provider than the chosen one computes a model; null: the chosen one again */
  | { readonly kind: 'execution'; readonly digest: string; readonly broken: BrokenWay | null }
  | { readonly kind: 'pong'; readonly at: number }
  | (OfCamera & { readonly kind: 'capture'; readonly state: CaptureState })
  | (OfCamera & { readonly kind: 'opened'; readonly picture: Size; readonly analysis: Size })
  | (OfCamera & {
      readonly kind: 'record';
      readonly crossings: readonly LineCrossing[];
      readonly zoneChanges: readonly ZoneChange[];
      readonly passages: readonly TrackPassage[];
      /** Who is inside each zone, as the checkpoint has it */
      readonly occupancy: readonly ZoneOccupancy[];
      /** The model that saw the frame */
      readonly modelDigest: string;
      /** Analysed time since the last record, Unix ms; null when none */
      readonly observed: { readonly from: number; readonly to: number } | null;
      readonly checkpoint: Checkpoint;
    })
  /** Paths of the last half minute */
  | (OfCamera & {
      readonly kind: 'paths';
      readonly epoch: number;
      readonly block: EncodedBlock;
    })
  | (OfCamera & {
      readonly kind: 'frame';
      readonly frameSeq: number;
      readonly at: number;
      readonly tracks: readonly Track[];
      /** How long the network took for it, ms; null where it did not look, and where the assignment wants no frames */
      readonly inferMs: number | null;
      /** Only when the assignment wants frames; null also for one that a lower frame rate leaves out */
      readonly detections: readonly Detection[] | null;
    })
  | (OfCamera & {
      readonly kind: 'preview';
      readonly capturedAt: number;
      readonly width: number;
      readonly height: number;
      readonly jpeg: Uint8Array;
    })
  | (OfCamera & { readonly kind: 'counting'; readonly counting: WorkerCounting })
  /** The camera was let go; everything it had to record has been sent before */
  | (OfCamera & { readonly kind: 'released'; readonly epoch: number })
  /** A file of the recording ring is finished */
  | (OfCamera & { readonly kind: 'segment'; readonly segment: Segment })
  | (OfCamera & { readonly kind: 'recording'; readonly state: RecordingState })
  /** True counts of a simulated camera since each line was drawn */
  | (OfCamera & { readonly kind: 'truth'; readonly counts: readonly LineTruth[] })
  | (OfCamera & { readonly kind: 'inference-failed'; readonly error: ErrorBody })
  /** A picture of a folder could not be read */
  | (OfCamera & { readonly kind: 'skipped'; readonly name: string; readonly error: ErrorBody })
  | {
      readonly kind: 'log';
      readonly level: 'debug' | 'info' | 'warn' | 'error';
      readonly fact: string;
      readonly fields: Readonly<Record<string, unknown>>;
    };
