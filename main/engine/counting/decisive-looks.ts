/**
 * Looks at stored paths as the rule of one line does: who may pass it, where somebody is surely far from it, and which looks decide.
 */
import type { Line } from '#contract/counting.ts';
import type { Box, Size } from '#contract/geometry.ts';
import { boxValue, type TrackPath } from '#engine/base/trajectory.ts';
import { anchorOf, bandPx, heightShare } from './anchor.ts';
import { boxAt, type BoxSight, type DecisiveLook, startWalk } from './decisive-walk.ts';
import type { RunMark, TrackLife } from './path-life.ts';
import { locate, toPolyline } from './polyline.ts';
import { endTolerance, type Side, sureBands } from './side-rule.ts';

export interface LineEye {
  /** The side on which a look is surely far from the line; 0 when it is not far. */
  farSide(mark: RunMark): Side | 0;
  /** Whether somebody may pass the drawn part of the line, of those who may have taken over from each other and nobody else. */
  mayPass(lives: readonly TrackLife[]): boolean;
  /**
   * The looks that decide, in the order of frames. All others leave the rule as it is, so they need not be shown to it.
   * @param births as in `startWalk`
   */
  decisive(life: TrackLife, births: ReadonlySet<number> | null): readonly DecisiveLook[];
}

/** Nothing may hang on how the last bits of a distance are rounded. */
const roundingPx = 1e-6;
const farBands = sureBands + 0.001;

/** Looks at paths as the rule of one line does. */
export function createLineEye(line: Line, picture: Size): LineEye {
  const polyline = toPolyline(line.points, picture);
  const straight = polyline.segments.length === 1 ? (polyline.segments[0] ?? null) : null;
  const share = heightShare[line.anchor];

  /** Signed distance of a corner from a straight line, px; 0 at one with bends, where it leaps from segment to segment. */
  const offsetAt = ({ boxes }: TrackPath, corner: number): number => {
    if (straight === null) return 0;
    const top = boxes[4 * corner + boxValue.top] ?? 0;
    const bottom = boxes[4 * corner + boxValue.bottom] ?? 0;
    const dx = (boxes[4 * corner + boxValue.x] ?? 0) - straight.from.x;
    const dy = top + (bottom - top) * share - straight.from.y;
    return dx * straight.along.y - dy * straight.along.x;
  };
  /** Place of a corner beside a straight line as a share of its length. */
  const alongAt = ({ boxes }: TrackPath, corner: number): number => {
    if (straight === null) return 0;
    const top = boxes[4 * corner + boxValue.top] ?? 0;
    const bottom = boxes[4 * corner + boxValue.bottom] ?? 0;
    const dx = (boxes[4 * corner + boxValue.x] ?? 0) - straight.from.x;
    const dy = top + (bottom - top) * share - straight.from.y;
    return (dx * straight.along.x + dy * straight.along.y) / straight.lengthPx;
  };

  /** In the arithmetic of the rule itself, so that both see the same to the last bit. */
  const sightOf = (box: Box): BoxSight => {
    const { x, y } = anchorOf(box, line.anchor);
    const { distance, level } = locate(polyline, { x: x * picture.width, y: y * picture.height });
    const isFar = Math.abs(distance) > farBands * bandPx(box, picture, level);
    return { side: distance < 0 ? -1 : 1, isFar };
  };

  /** Two corners that follow each other lie on both sides of the line, beside its drawn part. */
  const passesAlone = ({ pieces }: TrackLife): boolean => {
    let from: TrackPath | null = null;
    let fromCorner = 0;
    let before = 0;
    for (const { path } of pieces) {
      for (let corner = 0; corner < path.frame.length; corner += 1) {
        const offset = offsetAt(path, corner);
        if (from !== null && !isSameSide(offset, before)) {
          if (touchesLine(alongAt(from, fromCorner), alongAt(path, corner))) return true;
        }
        from = path;
        fromCorner = corner;
        before = offset;
      }
    }
    return false;
  };

  /** All corners of all of them lie on both sides of the line, and not all beyond the same end. */
  const passTogether = (lives: readonly TrackLife[]): boolean => {
    let [right, left, first, last] = [Infinity, -Infinity, Infinity, -Infinity];
    for (const { path } of lives.flatMap(({ pieces }) => pieces)) {
      for (let corner = 0; corner < path.frame.length; corner += 1) {
        const offset = offsetAt(path, corner);
        const along = alongAt(path, corner);
        right = Math.min(right, offset);
        left = Math.max(left, offset);
        first = Math.min(first, along);
        last = Math.max(last, along);
      }
    }
    return !isSameSide(right, left) && touchesLine(first, last);
  };

  return {
    farSide({ piece, corner }) {
      const { side, isFar } = sightOf(boxAt(piece, corner, piece.path.frame[corner] ?? 0));
      return isFar ? side : 0;
    },
    mayPass(lives) {
      const [only] = lives;
      if (only === undefined || straight === null) return only !== undefined;
      return lives.length === 1 ? passesAlone(only) : passTogether(lives);
    },
    decisive(life, births) {
      const walk = startWalk(life.id, sightOf, births);
      for (const piece of life.pieces) {
        const { path } = piece;
        walk.enter(piece);
        let start = 0;
        for (const end of path.runEnds) {
          walk.begin(start, end);
          let offset = offsetAt(path, start);
          for (let corner = start; corner < end - 1; corner += 1) {
            const next = offsetAt(path, corner + 1);
            const side = isSameSide(offset, next) ? sideOf(offset) : 0;
            walk.see(corner, (path.frame[corner + 1] ?? 0) - 1, side);
            offset = next;
          }
          const side = isSameSide(offset, offset) ? sideOf(offset) : 0;
          walk.see(end - 1, path.frame[end - 1] ?? 0, side);
          start = end;
        }
      }
      return walk.looks;
    },
  };
}

function sideOf(distance: number): Side {
  return distance < 0 ? -1 : 1;
}

function isSameSide(a: number, b: number): boolean {
  return (a > roundingPx && b > roundingPx) || (a < -roundingPx && b < -roundingPx);
}

/** Whether a passage between two places along the line can be on its drawn part. */
function touchesLine(a: number, b: number): boolean {
  const beyond = endTolerance + 0.01;
  return Math.max(a, b) >= -beyond && Math.min(a, b) <= 1 + beyond;
}
