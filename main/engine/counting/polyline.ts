/**
 * Where a point is, seen from a drawn line: how far, on which side, and beside which part of it.
 */
import type { Point, Size } from '#contract/geometry.ts';

/** A polyline in pixels, ready to be asked. */
export interface Polyline {
  readonly segments: readonly Segment[];
  readonly lengthPx: number;
}

interface Segment {
  readonly from: Point;
  /** Unit vector along the segment */
  readonly along: Point;
  readonly lengthPx: number;
  /** Length of the polyline before this segment */
  readonly startPx: number;
}

export interface Place {
  /** Distance from the line in px; positive on the left of the way from the first to the last point */
  readonly distance: number;
  /** Place beside the line as a share of its length; below 0 and above 1 beyond its ends */
  readonly along: number;
  /** 1 where the line lies level, 0 where it stands upright */
  readonly level: number;
}

/** The polyline through normalised points, on a picture of this size. Points at one place count once. */
export function toPolyline(points: readonly Point[], picture: Size): Polyline {
  const segments: Segment[] = [];
  let startPx = 0;
  points.slice(1).forEach((end, index) => {
    const start = points[index];
    if (start === undefined) return;
    const from = { x: start.x * picture.width, y: start.y * picture.height };
    const dx = end.x * picture.width - from.x;
    const dy = end.y * picture.height - from.y;
    const lengthPx = Math.hypot(dx, dy);
    if (lengthPx === 0) return;
    segments.push({ from, along: { x: dx / lengthPx, y: dy / lengthPx }, lengthPx, startPx });
    startPx += lengthPx;
  });
  return { segments, lengthPx: startPx };
}

/**
 * Place of a point in px. The first and the last segment go on without end, so that a side exists everywhere; at a corner
 * the nearest segment decides, and of two equally near ones the one whose line is farther away (that of the true side).
 */
export function locate(polyline: Polyline, point: Point): Place {
  let best: Place = { distance: 0, along: 0, level: 0 };
  let nearest = Infinity;
  let leverage = 0;
  polyline.segments.forEach((segment, index) => {
    const dx = point.x - segment.from.x;
    const dy = point.y - segment.from.y;
    const t = dx * segment.along.x + dy * segment.along.y;
    const offset = dx * segment.along.y - dy * segment.along.x;
    const low = index === 0 ? -Infinity : 0;
    const high = index === polyline.segments.length - 1 ? Infinity : segment.lengthPx;
    const clamped = Math.min(high, Math.max(low, t));
    const distance = Math.hypot(t - clamped, offset);
    const isNearer = distance < nearest - 1e-9;
    const isEquallyNear = Math.abs(distance - nearest) <= 1e-9 && Math.abs(offset) > leverage;
    if (!isNearer && !isEquallyNear) return;
    nearest = distance;
    leverage = Math.abs(offset);
    best = {
      distance: offset < 0 ? -distance : distance,
      along: (segment.startPx + clamped) / polyline.lengthPx,
      level: Math.abs(segment.along.x),
    };
  });
  return best;
}
