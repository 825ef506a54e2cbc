/**
 * Which looks at a stored path can decide anything at a line: all others leave the rule as it is, so they need not be shown to it.
 *
 *   ● ● ● ○ · · · · ○ ● ●┃● ● ○ · · · · ●      · beyond two bands, as the look before was, on the same side:
 *   start                ┃              end      the side is settled and no candidate stands
 *                      line                    ○ the last such look before another kind
 */
import type { Line } from '#contract/counting.ts';
import type { Label, Track } from '#contract/detection.ts';
import type { Size } from '#contract/geometry.ts';
import type { TrackPath } from '#engine/base/trajectory.ts';
import { bandOfPx, heightShare } from './anchor.ts';
import { trailSeconds } from './hand-over.ts';
import { boxOfFrame, eachSpan, type PathSpan } from './path-frames.ts';
import type { LifePiece, RunMark, TrackLife } from './path-life.ts';
import { locate, toPolyline } from './polyline.ts';
import { endTolerance, sureBands } from './side-rule.ts';

/** A look to be shown to the rule. */
export interface DecisiveLook {
  readonly seq: number;
  /** Place among the tracks of its frame */
  readonly order: number;
  readonly track: Track;
}

export interface LineEye {
  /** The side on which a look is surely far from the line; 0 when it is not far, or that is not sure. */
  farSide(mark: RunMark): 1 | -1 | 0;
  /** Whether the path of a life that follows nobody may pass the drawn part of the line. */
  mayPass(life: TrackLife): boolean;
  /**
   * The looks that decide, in the order of frames.
   * @param births frames at which a life of the same group begins or is confirmed: there all must be seen, and at the end of
   *   each run its velocity; null for a life without a group
   */
  decisive(life: TrackLife, births: ReadonlySet<number> | null): DecisiveLook[];
}

/** Nothing may hang on how the last bits of a distance are rounded. */
const roundingPx = 1e-6;
const farBands = sureBands + 0.001;
/** Looks this near the end of a run tell its velocity. */
const tailSeconds = trailSeconds + 0.05;

type Side = 1 | -1;
interface Sight {
  readonly side: Side;
  readonly isFar: boolean;
}

/** Looks at paths as the rule of one line does. */
export function createLineEye(line: Line, picture: Size): LineEye {
  const polyline = toPolyline(line.points, picture);
  const straight = polyline.segments.length === 1 ? (polyline.segments[0] ?? null) : null;
  const level = straight === null ? 1 : Math.abs(straight.along.x);
  const share = heightShare[line.anchor];
  const box = { x: 0, top: 0, bottom: 0, width: 0 };

  /** Distance from a straight line at a corner, px. */
  const offsetAt = ({ x, top, bottom }: TrackPath, corner: number): number => {
    if (straight === null) return 0;
    const [high, low] = [top[corner] ?? 0, bottom[corner] ?? 0];
    const dx = (x[corner] ?? 0) - straight.from.x;
    const dy = high + (low - high) * share - straight.from.y;
    return dx * straight.along.y - dy * straight.along.x;
  };
  const alongAt = ({ x, top, bottom }: TrackPath, corner: number): number => {
    if (straight === null) return 0;
    const [high, low] = [top[corner] ?? 0, bottom[corner] ?? 0];
    const dx = (x[corner] ?? 0) - straight.from.x;
    const dy = high + (low - high) * share - straight.from.y;
    return (dx * straight.along.x + dy * straight.along.y) / straight.lengthPx;
  };

  /** The side on which a whole span is far from the line; 0 when that is not sure. */
  const clearSide = (path: TrackPath, { corner, next }: PathSpan): Side | 0 => {
    if (straight === null) return 0;
    const [from, to] = [offsetAt(path, corner), offsetAt(path, next)];
    if (from > 0 !== to > 0) return 0;
    const height = (index: number): number => (path.bottom[index] ?? 0) - (path.top[index] ?? 0);
    const band = bandOfPx(
      Math.max(path.width[corner] ?? 0, path.width[next] ?? 0),
      Math.max(height(corner), height(next)),
      level,
    );
    if (Math.min(Math.abs(from), Math.abs(to)) <= farBands * band + roundingPx) return 0;
    return from > 0 ? 1 : -1;
  };

  const sightOf = ({ path, block }: LifePiece, corner: number, frame: number): Sight => {
    boxOfFrame(path, { corner, frame, frameMs: block.frameMs }, box);
    const y = box.top + (box.bottom - box.top) * share;
    const { distance } = locate(polyline, { x: box.x, y });
    const farPx = farBands * bandOfPx(box.width, box.bottom - box.top, level) + roundingPx;
    // Beside a bend the distance leaps from one segment to the next, so that every look there may decide.
    const isFar = straight !== null && Math.abs(distance) > farPx;
    return { side: distance < 0 ? -1 : 1, isFar };
  };

  return {
    farSide({ piece, corner }) {
      const { side, isFar } = sightOf(piece, corner, piece.path.frame[corner] ?? 0);
      return isFar ? side : 0;
    },
    mayPass(life) {
      if (straight === null) return true;
      let last: { readonly offset: number; readonly along: number } | null = null;
      for (const { path } of life.pieces) {
        for (let corner = 0; corner < path.frame.length; corner += 1) {
          const now = { offset: offsetAt(path, corner), along: alongAt(path, corner) };
          if (last !== null && !isSameSide(now.offset, last.offset)) {
            if (touchesLine(now.along, last.along)) return true;
          }
          last = now;
        }
      }
      return false;
    },

    decisive(life, births) {
      const walk = startWalk(births);
      for (const piece of life.pieces) {
        walk.enter(piece);
        eachSpan(piece.path, (span) => {
          const clear = clearSide(piece.path, span);
          if (clear !== 0 && births === null) {
            walk.pass(span, clear);
            return;
          }
          for (let frame = span.fromFrame; frame <= span.toFrame; frame += 1) {
            const isFar = clear !== 0;
            walk.see(
              span,
              frame,
              isFar ? { side: clear, isFar } : sightOf(piece, span.corner, frame),
            );
          }
        });
      }
      return walk.looks;
    },
  };
}

function isSameSide(a: number, b: number): boolean {
  return (a > roundingPx && b > roundingPx) || (a < -roundingPx && b < -roundingPx);
}

/** Whether a passage between two places along the line can be on its drawn part. */
function touchesLine(a: number, b: number): boolean {
  const beyond = endTolerance + 0.01;
  return Math.max(a, b) >= -beyond && Math.min(a, b) <= 1 + beyond;
}

/** Walks along one life and picks the looks that decide. */
function startWalk(births: ReadonlySet<number> | null) {
  const looks: DecisiveLook[] = [];
  let piece: LifePiece | null = null;
  /** Looks in this piece so far */
  let count = 0;
  let last: Sight | null = null;
  /** The last look, when it was left out */
  let skipped: (() => DecisiveLook) | null = null;

  const lookAt = (
    from: LifePiece,
    {
      span,
      frame,
      isConfirmed,
    }: { readonly span: PathSpan; readonly frame: number; readonly isConfirmed: boolean },
  ) => ({
    seq: from.block.firstSeq + frame,
    order: from.order,
    track: trackAt(from, { corner: span.corner, frame, isConfirmed }),
  });

  const isForced = (from: LifePiece, span: PathSpan, frame: number): boolean => {
    if (count <= from.path.unconfirmedLooks || frame === span.runEndFrame) return true;
    if (span.isRunStart && frame === span.fromFrame) return true;
    if (births === null) return false;
    const { clock, firstSeq } = from.block;
    const left = (clock[span.runEndFrame] ?? 0) - (clock[frame] ?? 0);
    return left <= tailSeconds || births.has(firstSeq + frame);
  };

  const see = (span: PathSpan, frame: number, sight: Sight): void => {
    if (piece === null) return;
    const from = piece;
    const isConfirmed = count >= from.path.unconfirmedLooks;
    const isQuiet = sight.isFar && last?.isFar === true && last.side === sight.side;
    if (!isQuiet && skipped !== null) looks.push(skipped());
    if (!isQuiet || isForced(from, span, frame)) {
      looks.push(lookAt(from, { span, frame, isConfirmed }));
      skipped = null;
    } else {
      skipped = () => lookAt(from, { span, frame, isConfirmed });
    }
    count += 1;
    last = sight;
  };

  return {
    looks,
    see,
    enter(next: LifePiece) {
      piece = next;
      count = 0;
    },
    /** All of a span that is far on one side. */
    pass(span: PathSpan, side: Side) {
      const sight = { side, isFar: true };
      let frame = span.fromFrame;
      const unconfirmed = piece?.path.unconfirmedLooks ?? 0;
      do {
        see(span, frame, sight);
        frame += 1;
      } while (frame <= span.toFrame && count <= unconfirmed);
      if (frame > span.toFrame) return;
      count += span.toFrame - frame;
      see(span, span.toFrame, sight);
    },
  };
}

interface TrackFrame {
  readonly corner: number;
  readonly frame: number;
  readonly isConfirmed: boolean;
}

function trackAt({ path, block }: LifePiece, { corner, frame, isConfirmed }: TrackFrame): Track {
  const box = { x: 0, top: 0, bottom: 0, width: 0 };
  boxOfFrame(path, { corner, frame, frameMs: block.frameMs }, box);
  const { width, height } = block.picture;
  return {
    trackId: path.trackId,
    box: {
      x: (box.x - box.width / 2) / width,
      y: box.top / height,
      width: box.width / width,
      height: (box.bottom - box.top) / height,
    },
    label: labelAt(path, frame),
    // The score is not kept; it decides nothing.
    score: 1,
    isConfirmed,
    unseenSeconds: 0,
  };
}

/** The label of a path at a frame. */
function labelAt({ labels }: TrackPath, frame: number): Label {
  let label: Label = labels[0]?.label ?? 'other';
  for (const change of labels) if (change.frame <= frame) ({ label } = change);
  return label;
}
