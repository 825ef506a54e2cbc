/**
 * Refuses lines that cannot count.
 */
import { StationError } from '#contract/error.ts';
import type { Point, Size } from '#contract/geometry.ts';

/** A shorter line is narrower than the doubt about any anchor. */
const minLengthPx = 4;

/**
 * Passes when the normalised points make a line on a picture of this size; else throws REQ_001, with the path of the wrong
 * point where one is to blame.
 */
export function validateLine(points: readonly Point[], picture: Size): void {
  if (points.length < 2) throw new StationError('REQ_001', 'A line needs at least two points');
  points.forEach((point, index) => {
    const isInside = point.x >= 0 && point.x <= 1 && point.y >= 0 && point.y <= 1;
    if (isInside) return;
    throw new StationError(
      'REQ_001',
      `Point ${index + 1} of the line is outside the picture; draw it inside`,
      { path: `points.${index}` },
    );
  });
  const px = points.map((point) => ({ x: point.x * picture.width, y: point.y * picture.height }));
  const segments = px.slice(1).map((to, index) => ({ from: px[index] ?? to, to }));
  segments.forEach(({ from, to }, index) => {
    if (Math.hypot(to.x - from.x, to.y - from.y) >= minLengthPx) return;
    const message = `The line has no length between point ${index + 1} and ${index + 2}; draw them apart`;
    throw new StationError('REQ_001', message, { path: `points.${index + 1}` });
  });
  segments.forEach((a, i) => {
    segments.slice(i + 1).forEach((b, offset) => {
      const isNext = offset === 0;
      if (isNext ? foldsBack(a, b) : doCross(a, b)) {
        throw new StationError('REQ_001', 'The line crosses itself; draw it without a loop', {
          path: `points.${i + 1 + offset}`,
        });
      }
    });
  });
}

export interface SegmentPx {
  readonly from: Point;
  readonly to: Point;
}

/** Whether two segments have a point in common. */
export function doCross(a: SegmentPx, b: SegmentPx): boolean {
  const d1 = turn(b.from, b.to, a.from);
  const d2 = turn(b.from, b.to, a.to);
  const d3 = turn(a.from, a.to, b.from);
  const d4 = turn(a.from, a.to, b.to);
  if (d1 * d2 < 0 && d3 * d4 < 0) return true;
  return (
    (d1 === 0 && isBetween(b, a.from)) ||
    (d2 === 0 && isBetween(b, a.to)) ||
    (d3 === 0 && isBetween(a, b.from)) ||
    (d4 === 0 && isBetween(a, b.to))
  );
}

/** Whether the second of two joined segments runs back over the first. */
function foldsBack(a: SegmentPx, b: SegmentPx): boolean {
  const dot = (a.to.x - a.from.x) * (b.to.x - b.from.x) + (a.to.y - a.from.y) * (b.to.y - b.from.y);
  return turn(a.from, a.to, b.to) === 0 && dot < 0;
}

function turn(a: Point, b: Point, c: Point): number {
  return (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
}

function isBetween(segment: SegmentPx, point: Point): boolean {
  return (
    Math.min(segment.from.x, segment.to.x) <= point.x &&
    point.x <= Math.max(segment.from.x, segment.to.x) &&
    Math.min(segment.from.y, segment.to.y) <= point.y &&
    point.y <= Math.max(segment.from.y, segment.to.y)
  );
}
