/**
 * The looks of a stored path frame by frame, between its corners.
 */
import { boxValue, type TrackPath } from '#engine/base/trajectory.ts';

/** The frames from one corner up to the next, the next one left out. */
export interface PathSpan {
  readonly corner: number;
  /** The next corner of the run; the same one at its end */
  readonly next: number;
  readonly fromFrame: number;
  readonly toFrame: number;
  readonly isRunStart: boolean;
  /** The last frame of the run */
  readonly runEndFrame: number;
}

/** Visits the spans of a path in the order of frames. */
export function eachSpan(path: TrackPath, visit: (span: PathSpan) => void): void {
  const { frame } = path;
  let start = 0;
  for (const end of path.runEnds) {
    const runEndFrame = frame[end - 1] ?? 0;
    for (let corner = start; corner < end; corner += 1) {
      const isLast = corner === end - 1;
      const fromFrame = frame[corner] ?? 0;
      const next = isLast ? corner : corner + 1;
      visit({
        corner,
        next,
        fromFrame,
        toFrame: isLast ? fromFrame : (frame[next] ?? fromFrame) - 1,
        isRunStart: corner === start,
        runEndFrame,
      });
    }
    start = end;
  }
}

/** A box in px. */
export interface PxBox {
  x: number;
  top: number;
  bottom: number;
  width: number;
}

interface FrameOfPath {
  /** The last corner at or before the frame */
  readonly corner: number;
  readonly frame: number;
  readonly frameMs: ArrayLike<number>;
}

/** Puts the box of a path at a frame into `box`; between two corners it moves evenly in the time of the frames. */
export function boxOfFrame(
  path: TrackPath,
  { corner, frame, frameMs }: FrameOfPath,
  box: PxBox,
): void {
  const fromFrame = path.frame[corner] ?? 0;
  const { boxes } = path;
  const at = 4 * corner;
  box.x = boxes[at + boxValue.x] ?? 0;
  box.top = boxes[at + boxValue.top] ?? 0;
  box.bottom = boxes[at + boxValue.bottom] ?? 0;
  box.width = boxes[at + boxValue.width] ?? 0;
  if (frame === fromFrame) return;
  const from = frameMs[fromFrame] ?? 0;
  const to = frameMs[path.frame[corner + 1] ?? 0] ?? 0;
  if (to <= from) return;
  const share = ((frameMs[frame] ?? 0) - from) / (to - from);
  const next = at + 4;
  box.x += ((boxes[next + boxValue.x] ?? 0) - box.x) * share;
  box.top += ((boxes[next + boxValue.top] ?? 0) - box.top) * share;
  box.bottom += ((boxes[next + boxValue.bottom] ?? 0) - box.bottom) * share;
  box.width += ((boxes[next + boxValue.width] ?? 0) - box.width) * share;
}
