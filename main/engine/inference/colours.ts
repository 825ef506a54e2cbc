/**
 * The colours of a detected object, by which a tracker tells apart who passes whom.
 */
import type { Box } from '#contract/geometry.ts';
import type { Colours } from '#engine/base/seen.ts';
import type { Picture } from './preprocess.ts';

/** Parts of a box as shares of its sides: the middle half of its width, without head and feet. */
const left = 0.25;
const right = 0.75;
const parts = [
  { top: 0.2, bottom: 0.48 },
  { top: 0.52, bottom: 0.85 },
] as const;
/** Pixels looked at in each direction of a part; a mean needs no more. */
const steps = 8;
/** Planes of a slot are G, B, R. */
const planes = [2, 0, 1] as const;

/** Mean red, green and blue (0…255) of the upper and of the lower part of a box of the picture. */
export function coloursOf({ pixels, layout }: Picture, box: Box): Colours {
  const { width, height } = layout.analysis;
  const area = width * height;
  return parts.flatMap(({ top, bottom }) => {
    const sums = [0, 0, 0];
    for (let row = 0; row < steps; row++) {
      const y = at(box.y + box.height * between(top, bottom, row), height);
      for (let column = 0; column < steps; column++) {
        const place = y * width + at(box.x + box.width * between(left, right, column), width);
        for (const [channel, plane] of planes.entries()) {
          sums[channel] = (sums[channel] ?? 0) + (pixels[plane * area + place] ?? 0);
        }
      }
    }
    return sums.map((sum) => Math.round(sum / (steps * steps)));
  });
}

function between(from: number, to: number, step: number): number {
  return from + ((to - from) * (step + 0.5)) / steps;
}

/** The pixel at a share of a side, inside the picture. */
function at(share: number, side: number): number {
  return Math.min(side - 1, Math.max(0, Math.floor(share * side)));
}
