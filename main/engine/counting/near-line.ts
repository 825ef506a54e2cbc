/**
 * Whether a box is so near a counting line that each look at it may decide something.
 */
import type { Line } from '#contract/counting.ts';
import type { Box, Size } from '#contract/geometry.ts';
import { anchorOf, bandPx } from './anchor.ts';
import { locate, toPolyline } from './polyline.ts';

/** The rule decides within two bands; beyond this many nothing can change between two looks. */
const nearBands = 4;
/** Beyond the ends by so much, as a share of the length. */
const nearEnds = 0.2;

/** Tests boxes (normalised) against any of the lines. */
export function createNearLine(lines: readonly Line[], picture: Size): (box: Box) => boolean {
  const known = lines.map((line) => ({
    anchor: line.anchor,
    polyline: toPolyline(line.points, picture),
  }));
  return (box) =>
    known.some(({ anchor, polyline }) => {
      const { x, y } = anchorOf(box, anchor);
      const place = locate(polyline, { x: x * picture.width, y: y * picture.height });
      return (
        Math.abs(place.distance) <= nearBands * bandPx(box, picture, place.level) &&
        place.along >= -nearEnds &&
        place.along <= 1 + nearEnds
      );
    });
}
