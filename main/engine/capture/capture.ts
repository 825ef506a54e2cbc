/**
 * One camera from its address to frames in slots: connects, decodes, watches, reconnects, and gives pictures to views.
 *
 *   address ──source──▶ rtsp, http, usb, file                                simulated ──▶ simulated/
 *                          │ probe (first connection, and after a failure): size, codec, rate ──▶ capture-plan
 *                          ▼
 *                 ┌──── ffmpeg (connection) ───────────────────────────────────┐
 *                 │ fd 1 gbrp frames, scaled     fd 4 time stamps    fd 3 copy │
 *                 └──────────┬─────────────────────────┬────────────────┬──────┘
 *              frame-pipe ─▶ frame-filler ◀─ frame-stamps           preview: packet-ring ─▶ preview-decoder
 *                            │ slot full, stamp there                   or jpeg-parts         (while watched)
 *                            ▼                                          │
 *                  FrameIntake.put, capture-clock                       onPreview
 *
 * A capture never gives up: capture-life says when a connection is live, stalled (no frame for 3 s), frozen (the same
 * picture for 10 s) or lost, and when to try again (1, 2, 4, 8 s); failure says why, from what ffmpeg wrote. Any end of a
 * live source is a loss, whatever its exit code. Every output of ffmpeg is drained always, and a slow view loses pictures
 * instead of holding up frames. Passwords pass through redact before anything is logged or told. A replay differs: every
 * frame, as fast as slots are free, no previews, and its first failure is its last. A play is a replay that belongs to the
 * ledger: it has a time, keeps pace with the clock, is shown, and after any failure goes on at the frame after the last one.
 */
import type { CameraSettings, CaptureState } from '#contract/camera.ts';
import type { Anchor } from '#contract/counting.ts';
import type { Label } from '#contract/detection.ts';
import type { ErrorBody } from '#contract/error.ts';
import type { Point, Size } from '#contract/geometry.ts';
import type { Clock } from '#engine/base/clock.ts';
import type { PrivacyMask } from '#contract/mask.ts';
import type { RecordingState, Segment } from '#contract/recording.ts';
import type { FrameIntake } from '#engine/base/frame.ts';
import type { Logger } from '#engine/base/log.ts';
import type { FfmpegTools } from './ffmpeg-locate.ts';
import type { RecordingTarget } from './recording/segment-disk.ts';
import type { SimulatorThread } from './simulated/simulator-thread.ts';

/** Pictures in a folder that are played one after the other. */
export interface PictureList {
  /** Names, in their order */
  readonly files: readonly string[];
  readonly intervalMs: number;
}

/** A recording that takes place at a time: frames are never ahead of the clock, and come as fast as they can while behind. */
export interface CapturePlay {
  /** Unix time in ms of the first frame of the file */
  readonly startsAt: number;
  /** Number of the first frame that is wanted, from 0; those before were counted already */
  readonly firstFrame: number;
  /** Nobody looks at it: nothing is decoded or copied but the frames. False when left out */
  readonly isUnseen?: boolean;
  /** The source is a folder with these pictures, not a video */
  readonly pictures?: PictureList;
}

export interface CaptureSpec {
  readonly camera: CameraSettings;
  /** A file at full speed: every frame, nothing dropped, `ended` at its end; `isLooped` is not applied, nor `fps` without `play` */
  readonly isReplay: boolean;
  /** A replay with a time of its own, for the ledger; null or left out for none */
  readonly play?: CapturePlay | null;
  /** Size wanted in the slot for pictures of this size */
  readonly analysisFor: (picture: Size) => Size;
  readonly keeping: Keeping;
}

/** What of a camera is hidden, and what is kept on disk. */
export interface Keeping {
  /** Parts of the picture that are neither shown, stored nor analysed */
  readonly masks: readonly PrivacyMask[];
  /** Where the stream is recorded; null when it is not */
  readonly recording: RecordingTarget | null;
}

/** Nothing hidden, nothing kept. */
export const keepsNothing: Keeping = { masks: [], recording: null };

/** A JPEG for a view. */
export interface PreviewPicture {
  /** Unix time in ms at which the picture was captured */
  readonly capturedAt: number;
  readonly width: number;
  readonly height: number;
  readonly jpeg: Uint8Array;
}

/** Which pictures views want of a camera. */
export interface PreviewWish {
  /** Widest picture that is useful, px; a picture is never made larger than it comes */
  readonly width: number;
  /** Most pictures per second */
  readonly fps: number;
}

export interface CaptureDeps {
  readonly intake: FrameIntake;
  readonly clock: Clock;
  readonly log: Logger;
  /** 0 … 1, for the jitter of waits */
  readonly random: () => number;
  /** Finds ffmpeg; rejects with CAM_005 where there is none. Asked at each connection, so that an installation is noticed. */
  readonly ffmpeg: () => Promise<FfmpegTools>;
  /** Mark of this worker in the environment of its ffmpeg processes, by which orphans are found */
  readonly owner: string;
  /** Draws the simulated cameras of this worker; its thread starts with the first of them */
  readonly simulator: SimulatorThread;
  readonly onState: (state: CaptureState) => void;
  readonly onPreview: (picture: PreviewPicture) => void;
  /** A file of the recording ring is finished */
  readonly onSegment: (segment: Segment) => void;
  readonly onRecording: (state: RecordingState) => void;
  /** A picture of a folder could not be read, and the next one is taken */
  readonly onSkipped?: (name: string, reason: ErrorBody) => void;
}

/** The true counts of a simulated camera. Times are Unix times in ms. */
export interface TruthCount {
  readonly key: string;
  readonly from: number;
  readonly to: number;
  readonly in: number;
  readonly out: number;
}

/** What only a simulated camera has: the truth about its lines. */
export interface CaptureTruth {
  /** Counts these lines truly from now on; a key changes with every edit. */
  follow(
    lines: readonly {
      readonly key: string;
      readonly points: readonly Point[];
      readonly anchor: Anchor;
      readonly labels: readonly Label[];
    }[],
  ): void;
  /** True counts up to `settledMs` ago, so that the station has decided about the same people. */
  counts(settledMs: number): Promise<readonly TruthCount[]>;
}

export interface Capture {
  /** Null for real cameras */
  readonly truth: CaptureTruth | null;
  /** Asks for pictures for views: the widest and fastest that somebody wants; null when nobody looks. */
  watch(wish: PreviewWish | null): void;
  /** Records from now on to this place, or no longer; the connection goes on where its stream can be copied. */
  record(target: RecordingTarget | null): void;
  /** Process ids of the ffmpegs that run for this camera now. */
  ffmpegPids(): readonly number[];
  /** Stops everything; resolves when no process is left and no frame will be put any more. */
  close(): Promise<void>;
}
