/**
 * The ways of boxes over the last moments before the end of a run, as the hand-over from a lost track to a newborn needs them.
 */
import { momentSeconds } from '#engine/base/time-line.ts';
import { type Trail, type TrailPoint, trailSeconds } from './hand-over.ts';
import { boxOfFrame } from './path-frames.ts';
import type { BlockFrames, LifePiece, RunMark } from './path-life.ts';

/** Where a run begins or ends. */
export function pointOf({ piece: { path, block }, corner }: RunMark): TrailPoint {
  return pointAt(path, block, { corner, frame: path.frame[corner] ?? 0 });
}

function pointAt(
  path: LifePiece['path'],
  block: BlockFrames,
  { corner, frame }: { readonly corner: number; readonly frame: number },
): TrailPoint {
  const box = { x: 0, top: 0, bottom: 0, width: 0 };
  boxOfFrame(path, { corner, frame, frameMs: block.frameMs }, box);
  return {
    clock: block.clock[frame] ?? 0,
    x: box.x,
    y: (box.top + box.bottom) / 2,
    width: box.width,
    height: box.bottom - box.top,
  };
}

/**
 * All ways of which the velocity at the end of a run may have been taken: since each beginning of a run within the time of a
 * trail, for the trail begins anew when another track took over in between.
 */
export function trailsTo(end: RunMark): Trail[] {
  const { life, piece, corner } = end;
  const last = pointOf(end);
  const trails: Trail[] = [];
  let oldest = last;
  const lastPiece = life.pieces.lastIndexOf(piece);
  walk: for (let at = lastPiece; at >= 0; at -= 1) {
    const { path, block } = life.pieces[at] ?? piece;
    let index = at === lastPiece ? corner : path.frame.length - 1;
    for (; index >= 0; index -= 1) {
      const isRunStart = index === 0 || path.runEnds.includes(index);
      const from = path.frame[index] ?? 0;
      const isRunEnd = path.runEnds.includes(index + 1);
      const to = isRunEnd ? from : (path.frame[index + 1] ?? from) - 1;
      for (let frame = to; frame >= from; frame -= 1) {
        if (last.clock - (block.clock[frame] ?? 0) > trailSeconds + momentSeconds) break walk;
        oldest = pointAt(path, block, { corner: index, frame });
      }
      if (isRunStart) trails.push([oldest, last]);
    }
  }
  trails.push([oldest, last]);
  return trails;
}
