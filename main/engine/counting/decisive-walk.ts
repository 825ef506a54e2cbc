/**
 * Walks along one life of stored paths and picks the looks that decide at a line.
 *
 *   ●────● ····· ●┃○ ○ ● ·····      ● ○ shown; beyond two bands (●) the side is settled and no candidate stands
 *   born       line                 · left out: on the side that is settled nothing changes, and of those looks only the last
 *                                     one before another side matters, for the way over the line
 */
import type { Label, Track } from '#contract/detection.ts';
import type { Box } from '#contract/geometry.ts';
import type { TrackPath } from '#engine/base/trajectory.ts';
import { trailSeconds } from './hand-over.ts';
import { boxOfFrame } from './path-frames.ts';
import { type LifePiece, restSeconds } from './path-life.ts';
import type { Side } from './side-rule.ts';

/** A look to be shown to the rule. */
export interface DecisiveLook {
  readonly seq: number;
  readonly clock: number;
  /** Place among the tracks of its frame */
  readonly order: number;
  readonly track: Track;
}

/** What the rule sees of a box: on which side, and whether that is surely farther than two bands. */
export interface BoxSight {
  readonly side: Side;
  readonly isFar: boolean;
}

export interface DecisiveWalk {
  readonly looks: readonly DecisiveLook[];
  /** Goes on to the next piece. */
  enter(piece: LifePiece): void;
  /** Goes on to the run between these corners, the second one left out. */
  begin(start: number, end: number): void;
  /**
   * Goes on to the looks from a corner up to a frame.
   * @param side where all of them surely are; 0 when that is not sure
   */
  see(corner: number, toFrame: number, side: Side | 0): void;
}

/** Looks this near the end of a run tell its velocity. */
const tailSeconds = trailSeconds + 0.05;

interface Place {
  readonly piece: LifePiece;
  readonly corner: number;
  readonly frame: number;
  readonly isConfirmed: boolean;
}

/**
 * @param births frames at which one of the same group may take over from another: there all must be seen, and at the end of each
 *   run its velocity; null for a life that follows nobody and is followed by nobody
 */
export function startWalk(
  trackId: number,
  sightOf: (box: Box) => BoxSight,
  births: ReadonlySet<number> | null,
): DecisiveWalk {
  const looks: DecisiveLook[] = [];
  let piece: LifePiece | null = null;
  let runEndClock = -Infinity;
  /** Looks in this piece so far */
  let count = 0;
  /** The side that the rule has surely settled on, with no candidate against it; 0 when that is not sure */
  let settled: Side | 0 = 0;
  /** The last look, when it was left out */
  let skipped: Place | null = null;
  /** Looks were shown that the rule takes in with the first one that is confirmed */
  let isWaiting = false;

  const show = ({ piece: from, corner, frame, isConfirmed }: Place): void => {
    const { path, block, order } = from;
    looks.push({
      seq: block.firstSeq + frame,
      clock: block.clock[frame] ?? 0,
      order,
      track: {
        trackId,
        box: boxAt(from, corner, frame),
        label: labelAt(path, frame),
        // The score is not kept; it decides nothing.
        score: 1,
        isConfirmed,
        unseenSeconds: 0,
      },
    });
    isWaiting = !isConfirmed;
  };

  const mustShow = ({ piece: { block }, frame, isConfirmed }: Place): boolean => {
    if (isWaiting || !isConfirmed) return true;
    if (births === null) return false;
    const isTail = runEndClock - (block.clock[frame] ?? 0) <= tailSeconds;
    return isTail || births.has(block.firstSeq + frame);
  };

  const look = (place: Place, side: Side | 0): void => {
    const isForced = mustShow(place);
    if (!isForced && side !== 0 && side === settled) {
      skipped = place;
      return;
    }
    const sight = sightOf(boxAt(place.piece, place.corner, place.frame));
    const isQuiet = sight.side === settled;
    if (isQuiet && !isForced) {
      skipped = place;
      return;
    }
    if (!isQuiet && skipped !== null) show(skipped);
    skipped = null;
    show(place);
    if (sight.isFar) settled = sight.side;
    else if (!isQuiet) settled = 0;
  };

  return {
    looks,
    enter(next) {
      piece = next;
      count = 0;
    },
    begin(start, end) {
      if (piece === null) return;
      const { path, block } = piece;
      const beginClock = block.clock[path.frame[start] ?? 0] ?? 0;
      const isRested = beginClock - runEndClock >= restSeconds;
      // Who is gone must have been seen to the last, and he may be forgotten, or followed by somebody else.
      if (isRested && skipped !== null) show(skipped);
      if (isRested) skipped = null;
      if (isRested || births !== null) settled = 0;
      runEndClock = block.clock[path.frame[end - 1] ?? 0] ?? 0;
    },
    see(corner, toFrame, side) {
      if (piece === null) return;
      const { path } = piece;
      const isConfirmed = (): boolean => count >= path.unconfirmedLooks;
      const fromFrame = path.frame[corner] ?? 0;
      const isQuiet = side !== 0 && side === settled;
      if (births === null && isQuiet && !isWaiting && isConfirmed()) {
        skipped = { piece, corner, frame: toFrame, isConfirmed: true };
        count += toFrame - fromFrame + 1;
        return;
      }
      for (let frame = fromFrame; frame <= toFrame; frame += 1) {
        look({ piece, corner, frame, isConfirmed: isConfirmed() }, side);
        count += 1;
      }
    },
  };
}

/** The box of a path at a frame, normalised. */
export function boxAt({ path, block }: LifePiece, corner: number, frame: number): Box {
  const box = { x: 0, top: 0, bottom: 0, width: 0 };
  boxOfFrame(path, { corner, frame, frameMs: block.frameMs }, box);
  const { width, height } = block.picture;
  return {
    x: (box.x - box.width / 2) / width,
    y: box.top / height,
    width: box.width / width,
    height: (box.bottom - box.top) / height,
  };
}

/** The label of a path at a frame. */
function labelAt({ labels }: TrackPath, frame: number): Label {
  let label: Label = labels[0]?.label ?? 'other';
  for (const change of labels) if (change.frame <= frame) ({ label } = change);
  return label;
}
