/**
 * The point of a box that is tested against lines and zones.
 */
import type { Anchor } from '#contract/counting.ts';
import type { Box, Point, Size } from '#contract/geometry.ts';

/** How far down a box its anchor is. */
export const heightShare: Readonly<Record<Anchor, number>> = { top: 0, centre: 0.5, bottom: 1 };

/** The anchor of a normalised box, normalised. */
export function anchorOf(box: Box, anchor: Anchor): Point {
  return { x: box.x + box.width / 2, y: box.y + box.height * heightShare[anchor] };
}

/** The band is the width of the doubt about an anchor: this share of the smaller side of its box … */
const bandShare = 0.15;
/** … or of its height, as far as the line lies level: feet are found less surely up and down than sideways … */
const bandHeightShare = 0.06;
/** … but never less than this. */
const minBandPx = 2;

/** Half width of the strip in which the side of a box is not decided, px. `level` is 1 at a level line, 0 at an upright one. */
export function bandPx(box: Box, picture: Size, level: number): number {
  return bandOfPx(box.width * picture.width, box.height * picture.height, level);
}

/** The same for a box of so many px. */
export function bandOfPx(width: number, height: number, level: number): number {
  return Math.max(minBandPx, bandShare * Math.min(width, height), bandHeightShare * height * level);
}
