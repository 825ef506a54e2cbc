/**
 * A picture in the mirror, left to right.
 */
import type { DecodedPicture } from './read-picture.ts';

/** Turns every row of every plane around. */
export function mirrorPicture({ pixels, layout }: DecodedPicture): DecodedPicture {
  const { width } = layout.analysis;
  const mirrored = pixels.slice();
  for (let from = 0; from < mirrored.length; from += width) {
    mirrored.subarray(from, from + width).reverse();
  }
  return { pixels: mirrored, layout };
}
