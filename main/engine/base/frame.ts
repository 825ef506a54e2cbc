/**
 * A frame in its slot, and the side of the pipeline that takes frames from a capture.
 */
import type { Size } from '#contract/geometry.ts';

/**
 * Pixels of a slot: three planes of `width × height` bytes without row padding, in the order G, B, R
 * (ffmpeg's `gbrp`), so that a network's planar input is a copy of planes.
 */
export interface FrameLayout {
  /** Size of the picture as the camera sends it */
  readonly picture: Size;
  /** Size of the picture in the slot */
  readonly analysis: Size;
}

/** Bytes of one frame of this layout. */
export function frameBytes(layout: FrameLayout): number {
  return layout.analysis.width * layout.analysis.height * 3;
}

export interface Frame {
  readonly slot: number;
  /** Number of the frame within this capture, from 0 */
  readonly seq: number;
  /** Time of the frame on the camera's own time line, seconds */
  readonly mediaSeconds: number;
  /** Unix time in ms at which the frame was captured */
  readonly capturedAt: number;
}

/**
 * Where a capture puts its frames. Live, `take` always has a slot at once: the newest frame wins and the drop is
 * counted. In replay it may be a promise, and nothing is dropped.
 */
export interface FrameIntake {
  /** The layout is known: slots are made (again, when it has changed). Call before the first `take`. */
  open(layout: FrameLayout): void;
  /** Number of a slot to fill. */
  take(): number | Promise<number>;
  /** The bytes of a slot. */
  bytes(slot: number): Uint8Array;
  /** The slot holds a whole frame. */
  put(frame: Frame): void;
  /** The slot will not be filled. */
  giveBack(slot: number): void;
}
