/**
 * How deep a point is inside a drawn polygon, or how far outside.
 */
import type { Point, Size } from '#contract/geometry.ts';

/** Corners in px, in the order in which they were drawn. */
export type Polygon = readonly Point[];

/** The polygon through normalised points, on a picture of this size. */
export function toPolygon(points: readonly Point[], picture: Size): Polygon {
  return points.map((point) => ({ x: point.x * picture.width, y: point.y * picture.height }));
}

/** Distance of a point in px from the edge: positive inside, negative outside. */
export function depthOf(polygon: Polygon, point: Point): number {
  let nearest = Infinity;
  let isInside = false;
  let from = polygon.at(-1);
  for (const to of polygon) {
    if (from === undefined) break;
    nearest = Math.min(nearest, distanceToEdge(point, { from, to }));
    // A ray to the right of a point inside passes an odd number of edges.
    if (from.y > point.y !== to.y > point.y) {
      const x = from.x + ((point.y - from.y) / (to.y - from.y)) * (to.x - from.x);
      if (point.x < x) isInside = !isInside;
    }
    from = to;
  }
  return isInside ? nearest : -nearest;
}

function distanceToEdge(point: Point, edge: { readonly from: Point; readonly to: Point }): number {
  const { from, to } = edge;
  const dx = to.x - from.x;
  const dy = to.y - from.y;
  const length = dx * dx + dy * dy;
  const t = length === 0 ? 0 : ((point.x - from.x) * dx + (point.y - from.y) * dy) / length;
  const along = Math.min(1, Math.max(0, t));
  return Math.hypot(point.x - from.x - along * dx, point.y - from.y - along * dy);
}
