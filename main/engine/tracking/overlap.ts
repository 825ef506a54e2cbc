/**
 * How much two boxes, given by their centres, have in common.
 */
import type { BoxPx } from './kalman.ts';

/** Intersection over union, 0…1. */
export function overlap(a: BoxPx, b: BoxPx): number {
  const width =
    Math.min(a.x + a.width / 2, b.x + b.width / 2) - Math.max(a.x - a.width / 2, b.x - b.width / 2);
  const height =
    Math.min(a.y + a.height / 2, b.y + b.height / 2) -
    Math.max(a.y - a.height / 2, b.y - b.height / 2);
  if (width <= 0 || height <= 0) return 0;
  const common = width * height;
  return common / (a.width * a.height + b.width * b.height - common);
}
