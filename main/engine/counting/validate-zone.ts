/**
 * Refuses zones in which nobody can be counted.
 */
import { StationError } from '#contract/error.ts';
import type { Point, Size } from '#contract/geometry.ts';
import { doCross } from './validate-line.ts';

/** A shorter edge is narrower than the doubt about any anchor. */
const minEdgePx = 4;
const minAreaPx = 64;

/**
 * Passes when the normalised points make a polygon on a picture of this size; else throws REQ_001, with the path of the wrong
 * point where one is to blame.
 */
export function validateZone(points: readonly Point[], picture: Size): void {
  if (points.length < 3) throw new StationError('REQ_001', 'A zone needs at least three points');
  points.forEach((point, index) => {
    const isInside = point.x >= 0 && point.x <= 1 && point.y >= 0 && point.y <= 1;
    if (isInside) return;
    throw new StationError(
      'REQ_001',
      `Point ${index + 1} of the zone is outside the picture; draw it inside`,
      { path: `points.${index}` },
    );
  });
  const px = points.map((point) => ({ x: point.x * picture.width, y: point.y * picture.height }));
  const edges = px.map((from, index) => ({ from, to: px[(index + 1) % px.length] ?? from }));
  edges.forEach(({ from, to }, index) => {
    if (Math.hypot(to.x - from.x, to.y - from.y) >= minEdgePx) return;
    const next = (index + 1) % px.length;
    const message = `Points ${index + 1} and ${next + 1} of the zone are at one place; draw them apart`;
    throw new StationError('REQ_001', message, { path: `points.${next}` });
  });
  edges.forEach((a, i) => {
    edges.slice(i + 1).forEach((b, offset) => {
      const j = i + 1 + offset;
      const areJoined = j === i + 1 || (i === 0 && j === edges.length - 1);
      if (areJoined || !doCross(a, b)) return;
      throw new StationError('REQ_001', 'The zone crosses itself; draw its edge without a loop', {
        path: `points.${j}`,
      });
    });
  });
  if (areaOf(px) >= minAreaPx) return;
  throw new StationError('REQ_001', 'The zone has no area; draw its points around a place');
}

/** Shoelace formula. */
function areaOf(px: readonly Point[]): number {
  const twice = px.reduce((sum, from, index) => {
    const to = px[(index + 1) % px.length] ?? from;
    return sum + from.x * to.y - to.x * from.y;
  }, 0);
  return Math.abs(twice) / 2;
}
