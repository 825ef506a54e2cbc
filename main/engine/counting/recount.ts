/**
 * Runs the line rule over stored paths: the same counter as live, fed with every look that the blocks hold, for receipts and
 * near misses. `quick-recount.ts` finds the same crossings from the looks that decide.
 */
import type { Line, LineCrossing } from '#contract/counting.ts';
import type { Label, Track } from '#contract/detection.ts';
import type { PathPoint, TrackPart, TrajectoryBlock } from '#engine/base/trajectory.ts';
import { createLineCounter, type LineStep } from './line-counter.ts';

export interface RecountOptions {
  readonly line: Line;
  /** Track ids are those of `wideTrackId` */
  readonly watch?: (step: LineStep) => void;
}

export interface Recount {
  /** Crossings that this block decides; blocks come in the order of time. Times are seconds since 1970. */
  add(block: TrajectoryBlock): LineCrossing[];
  /** What the end of the paths decides: candidates of tracks that were not seen again. */
  finish(): LineCrossing[];
}

/** An epoch that begins anew may issue the same numbers again. */
const epochWidth = 2 ** 32;
/** After the last look: a candidate counts, and the track is forgotten. */
const endTicksMs = [1_001, 2_101];
/** Number of a track that is unique over the epochs of a camera. */
export function wideTrackId(epoch: number, trackId: number): number {
  return epoch * epochWidth + trackId;
}

/** Epoch and number of a track. */
export function splitTrackId(wide: number): { readonly epoch: number; readonly trackId: number } {
  const epoch = Math.floor(wide / epochWidth);
  return { epoch, trackId: wide - epoch * epochWidth };
}

/** Starts a recount of one line. Pure: the same blocks give the same crossings. */
export function createRecount({ line, watch }: RecountOptions): Recount {
  let counter: ReturnType<typeof createLineCounter> | null = null;
  let size = { width: 0, height: 0 };
  let frameSeq = 0;
  let lastMs = 0;

  return {
    add(block) {
      const { picture, frameMs } = block;
      if (picture.width !== size.width || picture.height !== size.height) counter = null;
      const known = (counter ??= createLineCounter(line, picture, watch));
      size = picture;
      const looks = looksOf(block);
      const found = frameMs.flatMap((at, frame) =>
        known.update(looks[frame] ?? [], { seconds: at / 1000, frameSeq: frameSeq + frame }),
      );
      frameSeq += frameMs.length;
      lastMs = frameMs.at(-1) ?? lastMs;
      return found;
    },
    finish: () =>
      endTicksMs.flatMap(
        (after) => counter?.update([], { seconds: (lastMs + after) / 1000, frameSeq }) ?? [],
      ),
  };
}

/** The tracks of each frame; a frame without is a hole. */
function looksOf(block: TrajectoryBlock): (Track[] | undefined)[] {
  const looks = new Array<Track[] | undefined>(block.frameMs.length).fill(undefined);
  for (const part of block.parts) {
    const trackId = wideTrackId(block.epoch, part.trackId);
    let count = 0;
    for (const run of part.runs) {
      run.forEach((corner, index) => {
        const next = run[index + 1];
        const endFrame = next?.frame ?? corner.frame + 1;
        for (let frame = corner.frame; frame < endFrame; frame += 1) {
          const point = next === undefined ? corner : boxAt({ corner, next, frame }, block);
          (looks[frame] ??= []).push({
            trackId,
            box: toBox(point, block),
            label: labelAt(part, frame),
            // The score is not kept; it decides nothing.
            score: 1,
            isConfirmed: count >= part.unconfirmedLooks,
            unseenSeconds: 0,
          });
          count += 1;
        }
      });
    }
  }
  return looks;
}

interface Span {
  readonly corner: PathPoint;
  readonly next: PathPoint;
  readonly frame: number;
}

/** The point of a path at a frame between two corners, by the time of the frames. */
export function boxAt(
  { corner, next, frame }: Span,
  { frameMs }: Pick<TrajectoryBlock, 'frameMs'>,
): PathPoint {
  if (frame === corner.frame) return corner;
  const [from, to, at] = [frameMs[corner.frame], frameMs[next.frame], frameMs[frame]];
  if (from === undefined || to === undefined || at === undefined || to <= from) return corner;
  const share = (at - from) / (to - from);
  const between = (a: number, b: number): number => a + (b - a) * share;
  return {
    frame,
    x: between(corner.x, next.x),
    top: between(corner.top, next.top),
    bottom: between(corner.bottom, next.bottom),
    width: between(corner.width, next.width),
  };
}

function toBox(point: PathPoint, { picture }: Pick<TrajectoryBlock, 'picture'>) {
  return {
    x: (point.x - point.width / 2) / picture.width,
    y: point.top / picture.height,
    width: point.width / picture.width,
    height: (point.bottom - point.top) / picture.height,
  };
}

/** The label of a part at a frame. */
function labelAt({ labels }: TrackPart, frame: number): Label {
  let label: Label = labels[0]?.label ?? 'other';
  for (const change of labels) if (change.frame <= frame) ({ label } = change);
  return label;
}
