/**
 * Geometry of a zone on the picture: where its label goes, so that it is read with the zone and hides little of it.
 */
import type { Point } from '#contract/geometry.ts';
import type { Extent } from './grid-layout.ts';
import { distance, toPx } from './line-geometry.ts';

/** How finely the inside is searched; a label need not be more exact. */
const steps = 16;

/** The point inside a polygon that is farthest from its edge, px: normalised points on a picture of the given size. */
export function innermostPoint(points: readonly Point[], size: Extent): Point {
  const path = points.map((point) => toPx(point, size));
  const xs = path.map((point) => point.x);
  const ys = path.map((point) => point.y);
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  const [width, height] = [Math.max(...xs) - left, Math.max(...ys) - top];
  let best: Point = path[0] ?? { x: 0, y: 0 };
  let depth = 0;
  for (let row = 1; row < steps; row++) {
    for (let column = 1; column < steps; column++) {
      const point = { x: left + (width * column) / steps, y: top + (height * row) / steps };
      const here = isInside(point, path) ? distanceToEdge(point, path) : 0;
      if (here <= depth) continue;
      best = point;
      depth = here;
    }
  }
  return best;
}

/** The highest point of a zone's edge straight above a point inside; all in px, y grows downwards. */
export function edgeAbove(point: Point, path: readonly Point[]): Point {
  const crossed = edgesOf(path).flatMap(({ from, to }) => {
    if (from.x > point.x === to.x > point.x) return [];
    return [from.y + ((point.x - from.x) / (to.x - from.x)) * (to.y - from.y)];
  });
  return { x: point.x, y: Math.min(point.y, ...crossed) };
}

/** Whether a point is inside a closed path; all in one unit. */
export function isInside(point: Point, path: readonly Point[]): boolean {
  return edgesOf(path).reduce((isIn, { from, to }) => {
    if (from.y > point.y === to.y > point.y) return isIn;
    const x = from.x + ((point.y - from.y) / (to.y - from.y)) * (to.x - from.x);
    return point.x < x ? !isIn : isIn;
  }, false);
}

function distanceToEdge(point: Point, path: readonly Point[]): number {
  return Math.min(
    ...edgesOf(path).map(({ from, to }) => {
      const way = { x: to.x - from.x, y: to.y - from.y };
      const length = way.x ** 2 + way.y ** 2;
      const share =
        length === 0 ? 0 : ((point.x - from.x) * way.x + (point.y - from.y) * way.y) / length;
      const along = Math.min(1, Math.max(0, share));
      return distance(point, { x: from.x + along * way.x, y: from.y + along * way.y });
    }),
  );
}

function edgesOf(path: readonly Point[]): { readonly from: Point; readonly to: Point }[] {
  return path.map((from, index) => ({ from, to: path[(index + 1) % path.length] ?? from }));
}
