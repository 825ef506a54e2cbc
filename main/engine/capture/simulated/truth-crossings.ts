/**
 * True crossings: the counting rule of the station, written a second time and applied to exact boxes with exact identities.
 *
 *        in ↑            d is the distance of the anchor from the line, in px, with its sign
 *   a ───────────▶ b     band = 0.15 × the smaller side of the box, at least 2 px
 *        out ↓
 */
import type { Direction } from '#contract/counting.ts';
import type { Label } from '#contract/detection.ts';
import type { Point, Size } from '#contract/geometry.ts';
import type { CrossingQuery } from './scene.ts';
import type { Bounds } from './shapes.ts';

export interface TruthCrossing {
  readonly id: number;
  readonly label: Label;
  readonly direction: Direction;
  /** First frame beyond the band on the new side */
  readonly frame: number;
  /** First frame on the new side, before which the object was beyond the band where it came from */
  readonly firstFrame: number;
  /** Frame on which the change of side was settled: who stops on the line is long on both */
  readonly settledFrame: number;
}

export interface TruthSource {
  readonly picture: Size;
  readonly fps: number;
  boxesAt(frameIndex: number): readonly { id: number; label: Label; bounds: Bounds }[];
}

const bandShare = 0.15;
const leastBandPx = 2;
const settleSeconds = 0.12;
const bornMoveBands = 1.2;
const endTolerance = 0.05;
/** Who was not there for so long does not come back. */
const goneSeconds = 5;

type Side = 1 | -1;

interface Walk {
  readonly label: Label;
  /** The side it is on for good; null while it has only been inside the band */
  settled: Side | null;
  /** Where it was first seen, while that was inside the band */
  born: { side: Side; point: Point } | null;
  /** Last place on the settled side of the line, and first place beyond the band on the other */
  last: { d: number; point: Point };
  candidate: { side: Side; frame: number; isOnSegment: boolean } | null;
  seenFrame: number;
  /** First frame on the other side since it was last beyond the band on the settled one */
  changedFrame: number | null;
}

/** The line that is counted truly; points normalised. */
export type TruthLine = Pick<CrossingQuery, 'points' | 'anchor'>;

export interface TruthCounter {
  /** Everybody on one frame; frames in their order. Who is gone is forgotten; beyond the line he has stayed there. */
  step(frame: number, boxes: ReturnType<TruthSource['boxesAt']>): void;
  /** What was decided since the last call and lies before this frame, in the order of decision; each is given once. */
  take(beforeFrame: number): readonly TruthCrossing[];
  /** Nothing comes any more: what was beyond the line stays there. */
  finish(): void;
}

/** Follows each identity from frame to frame. */
export function createTruthCounter(
  { points, anchor }: TruthLine,
  { picture, fps }: Pick<TruthSource, 'picture' | 'fps'>,
): TruthCounter {
  const { width, height } = picture;
  const line = points.map((point) => ({ x: point.x * width, y: point.y * height }));
  const walks = new Map<number, Walk>();
  let crossings: TruthCrossing[] = [];

  function settle(id: number, walk: Walk, settledFrame: number): void {
    const { candidate, changedFrame } = walk;
    if (!candidate) return;
    const { side, frame } = candidate;
    walk.settled = side;
    walk.candidate = null;
    walk.changedFrame = null;
    if (!candidate.isOnSegment) return;
    crossings.push({
      id,
      label: walk.label,
      direction: side === 1 ? 'in' : 'out',
      frame,
      firstFrame: changedFrame ?? frame,
      settledFrame,
    });
  }

  /** A scene that is drawn for weeks sees new people all the time. */
  function forgetGone(frame: number): void {
    for (const [id, walk] of walks) {
      if ((frame - walk.seenFrame) / fps <= goneSeconds) continue;
      settle(id, walk, walk.candidate?.frame ?? 0);
      walks.delete(id);
    }
  }

  return {
    step(frame, boxes) {
      forgetGone(frame);
      for (const { id, label, bounds } of boxes) {
        const known = walks.get(id);
        if (known) known.seenFrame = frame;
        const point = anchorOf(bounds, anchor);
        if (point.x < 0 || point.y < 0 || point.x >= width || point.y >= height) continue;
        const d = distanceFrom(line, point);
        const band = Math.max(
          leastBandPx,
          bandShare * Math.min(bounds.right - bounds.left, bounds.bottom - bounds.top),
        );
        const walk = known ?? {
          label,
          settled: null,
          born: null,
          last: { d, point },
          candidate: null,
          seenFrame: frame,
          changedFrame: null,
        };
        if (!known) walks.set(id, walk);
        observe(walk, { d, band, point, frame, line });
        const { candidate } = walk;
        if (!candidate) continue;
        const isLong = (frame - candidate.frame) / fps >= settleSeconds - 1e-9;
        const isBeyond = Math.sign(d) === candidate.side && Math.abs(d) > band;
        if (isBeyond && (isLong || Math.abs(d) > 2 * band)) settle(id, walk, frame);
      }
    },
    take(beforeFrame) {
      const taken = crossings.filter((crossing) => crossing.frame < beforeFrame);
      crossings = crossings.filter((crossing) => crossing.frame >= beforeFrame);
      return taken;
    },
    finish() {
      for (const [id, walk] of walks) settle(id, walk, walk.candidate?.frame ?? 0);
    },
  };
}

/** Counts all frames of the query. */
export function countTruth(query: CrossingQuery, source: TruthSource): readonly TruthCrossing[] {
  const counter = createTruthCounter(query, source);
  for (let frame = query.fromFrame; frame < query.toFrame; frame++) {
    counter.step(frame, source.boxesAt(frame));
  }
  counter.finish();
  return [...counter.take(Infinity)].sort((a, b) => a.frame - b.frame || a.id - b.id);
}

interface Observation {
  readonly d: number;
  readonly band: number;
  readonly point: Point;
  readonly frame: number;
  readonly line: readonly Point[];
}

function observe(walk: Walk, seen: Observation): void {
  const { d, band, point, frame } = seen;
  const side: Side = d >= 0 ? 1 : -1;
  const isBeyond = Math.abs(d) > band;
  if (walk.settled === null) {
    if (!isBeyond) {
      walk.born ??= { side, point };
      if (side === walk.born.side) walk.last = { d, point };
      return;
    }
    const { born } = walk;
    const hasMoved =
      born !== null && distance(born.point, point) >= bornMoveBands * band && born.side !== side;
    walk.settled = hasMoved ? born.side : side;
  }
  if (side === walk.settled) {
    walk.last = { d, point };
    if (isBeyond) {
      walk.candidate = null;
      walk.changedFrame = null;
    }
    return;
  }
  walk.changedFrame ??= frame;
  if (!isBeyond || walk.candidate) return;
  const share = walk.last.d / (walk.last.d - d);
  const crossed = {
    x: walk.last.point.x + (point.x - walk.last.point.x) * share,
    y: walk.last.point.y + (point.y - walk.last.point.y) * share,
  };
  walk.candidate = { side, frame, isOnSegment: isOnLine(seen.line, crossed) };
}

function anchorOf(bounds: Bounds, anchor: CrossingQuery['anchor']): Point {
  const x = (bounds.left + bounds.right) / 2;
  const middle = (bounds.top + bounds.bottom) / 2;
  return { x, y: anchor === 'bottom' ? bounds.bottom : anchor === 'top' ? bounds.top : middle };
}

/** Distance from the nearest segment's own straight line, positive on the left of the way along it. */
function distanceFrom(line: readonly Point[], point: Point): number {
  const { a, b } = nearestSegment(line, point);
  const dx = b.x - a.x;
  const dy = b.y - a.y;
  const cross = dx * (point.y - a.y) - dy * (point.x - a.x);
  return -cross / Math.sqrt(dx * dx + dy * dy);
}

function isOnLine(line: readonly Point[], point: Point): boolean {
  const { a, b } = nearestSegment(line, point);
  const along = alongSegment(a, b, point);
  return along >= -endTolerance && along <= 1 + endTolerance;
}

function nearestSegment(line: readonly Point[], point: Point): { a: Point; b: Point } {
  let best = { a: line[0] ?? point, b: line[1] ?? point };
  let least = Infinity;
  for (let i = 0; i + 1 < line.length; i++) {
    const a = line[i] ?? point;
    const b = line[i + 1] ?? point;
    const t = Math.max(0, Math.min(1, alongSegment(a, b, point)));
    const away = distance(point, { x: a.x + (b.x - a.x) * t, y: a.y + (b.y - a.y) * t });
    if (away < least) {
      least = away;
      best = { a, b };
    }
  }
  return best;
}

function alongSegment(a: Point, b: Point, point: Point): number {
  const dx = b.x - a.x;
  const dy = b.y - a.y;
  return ((point.x - a.x) * dx + (point.y - a.y) * dy) / (dx * dx + dy * dy);
}

function distance(a: Point, b: Point): number {
  const dx = a.x - b.x;
  const dy = a.y - b.y;
  return Math.sqrt(dx * dx + dy * dy);
}
