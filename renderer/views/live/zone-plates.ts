/**
 * Where the label of each zone lies: on its upper edge like a flag, so that nobody who walks inside is hidden.
 */
import type { Zone } from '#contract/zone.ts';
import { clamp, edgeAbove, innermostPoint, toPx, type Extent, type Rect } from '../kit.ts';

/** Below this height of the picture a plate shows its number only, CSS px. */
const compactBelowPx = 230;

/** Room for the longest stay in seconds, in either language, CSS px. */
const widestAgePx = 116;

export function isCompactFor(size: Extent): boolean {
  return size.height < compactBelowPx;
}

/** Height of the number on a plate, CSS px. */
export function zoneFontPx(size: Extent): number {
  return clamp(size.height * 0.065, 13, 38);
}

/** One label for each zone, CSS px of the picture, kept within the room. */
export function zonePlates(zones: readonly Zone[], size: Extent, room: Rect): Rect[] {
  const fontPx = zoneFontPx(size);
  const width = isCompactFor(size) ? fontPx * 2.6 : Math.max(widestAgePx, fontPx * 4.2);
  const height = isCompactFor(size) ? fontPx * 1.35 : fontPx * 1.15 + 40;
  return zones.map((zone) => {
    const path = zone.points.map((point) => toPx(point, size));
    const top = edgeAbove(innermostPoint(zone.points, size), path);
    return {
      x: clamp(top.x - width / 2, room.x, Math.max(room.x, room.x + room.width - width)),
      y: clamp(top.y - height, room.y, Math.max(room.y, room.y + room.height - height)),
      width,
      height,
    };
  });
}
