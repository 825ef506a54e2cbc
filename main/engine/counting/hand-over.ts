/**
 * Finds the lost track whose object a newborn track most likely is, so that a broken identity keeps its history.
 */
import { z } from 'zod';
import { momentSeconds } from '#engine/base/time-line.ts';

/** The way of a box over the last moments, newest last; centres and sizes in px, clock in seconds. */
export const Trail = z.array(
  z.object({
    clock: z.number(),
    x: z.number(),
    y: z.number(),
    width: z.number(),
    height: z.number(),
  }),
);
export type Trail = z.infer<typeof Trail>;
export type TrailPoint = Trail[number];

/** A newborn can take over for so long after a track was last seen. */
export const handOverSeconds = 1.5;
const maxDistanceWidths = 1.5;
const minHeightRatio = 0.75;
const maxHeightRatio = 1.33;
/** The velocity is taken from this much of the past. */
export const trailSeconds = 0.6;

/** The trail with one more point, forgetting what is too old. */
export function extendTrail(trail: Trail, point: TrailPoint): Trail {
  const oldest = point.clock - trailSeconds - momentSeconds;
  const from = trail.findIndex((past) => past.clock >= oldest);
  return from < 0 ? [point] : [...trail.slice(from), point];
}

/** The key of the lost trail that fits a newborn best; null when none is near enough. */
export function findPredecessor<K>(
  newborn: TrailPoint,
  lost: Iterable<readonly [K, Trail]>,
): K | null {
  let best: K | null = null;
  let least = maxDistanceWidths;
  for (const [key, trail] of lost) {
    const end = trail.at(-1);
    if (end === undefined) continue;
    const elapsed = newborn.clock - end.clock;
    if (elapsed <= 0 || elapsed > handOverSeconds + momentSeconds) continue;
    const ratio = newborn.height / end.height;
    if (ratio < minHeightRatio || ratio > maxHeightRatio) continue;
    const velocity = velocityOf(trail);
    const dx = newborn.x - (end.x + velocity.x * elapsed);
    const dy = newborn.y - (end.y + velocity.y * elapsed);
    const widths = Math.hypot(dx, dy) / end.width;
    if (widths <= least) {
      least = widths;
      best = key;
    }
  }
  return best;
}

/** Mean velocity over the trail, px/s. */
function velocityOf(trail: Trail): { x: number; y: number } {
  const first = trail[0];
  const end = trail.at(-1);
  if (first === undefined || end === undefined || end.clock <= first.clock) return { x: 0, y: 0 };
  const seconds = end.clock - first.clock;
  return { x: (end.x - first.x) / seconds, y: (end.y - first.y) / seconds };
}
