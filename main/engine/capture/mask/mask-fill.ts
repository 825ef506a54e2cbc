/**
 * Fills privacy masks with black, in planar pixels of any size. Every pixel that a mask touches is filled.
 */
import type { Point, Size } from '#contract/geometry.ts';

/** Corners of one mask, normalised. */
export type MaskPolygon = readonly Point[];

export interface MaskFill {
  /** Blackens the masks in three planes of this size. */
  fill(planar: Uint8Array, size: Size): void;
}

/** Scan lines per row of pixels, edges of the row included: no part of a mask lies between two of them for long. */
const scansPerRow = 4;

/** Null without masks, so that nothing is done for each frame. */
export function createMaskFill(masks: readonly MaskPolygon[]): MaskFill | null {
  if (masks.length === 0) return null;
  let known: { readonly size: Size; readonly runs: readonly Run[] } | null = null;
  return {
    fill(planar, size) {
      if (known?.size.width !== size.width || known.size.height !== size.height) {
        known = { size, runs: masks.flatMap((mask) => runsOf(mask, size)) };
      }
      const plane = size.width * size.height;
      for (const { from, to } of known.runs) {
        for (let at = 0; at < 3; at++) planar.fill(0, at * plane + from, at * plane + to);
      }
    },
  };
}

/** Pixels of one plane in a row, `to` exclusive. */
export interface Run {
  readonly from: number;
  readonly to: number;
}

/** The pixels that a polygon touches, row by row (even-odd rule). */
export function runsOf(mask: MaskPolygon, { width, height }: Size): Run[] {
  const px = mask.map(({ x, y }) => ({ x: x * width, y: y * height }));
  const top = Math.max(0, Math.floor(Math.min(...px.map(({ y }) => y))));
  const bottom = Math.min(height, Math.ceil(Math.max(...px.map(({ y }) => y))));
  const runs: Run[] = [];
  for (let row = top; row < bottom; row++) {
    for (let scan = 0; scan <= scansPerRow; scan++) {
      const cuts = cutsAt(px, row + scan / scansPerRow);
      for (let pair = 0; pair + 1 < cuts.length; pair += 2) {
        const from = Math.max(0, Math.floor(cuts[pair] ?? 0));
        const to = Math.min(width, Math.ceil(cuts[pair + 1] ?? 0));
        if (to > from) runs.push({ from: row * width + from, to: row * width + to });
      }
    }
  }
  return joined(runs);
}

/** Where the edges cross a height, from left to right. */
function cutsAt(px: readonly Point[], y: number): number[] {
  return px
    .flatMap((a, index) => {
      const b = px[(index + 1) % px.length] ?? a;
      // Half open, so that a corner between two edges is one cut.
      if (a.y <= y === b.y <= y) return [];
      return [a.x + ((y - a.y) / (b.y - a.y)) * (b.x - a.x)];
    })
    .sort((a, b) => a - b);
}

function joined(runs: readonly Run[]): Run[] {
  const out: Run[] = [];
  for (const run of [...runs].sort((a, b) => a.from - b.from)) {
    const last = out.at(-1);
    if (last && run.from <= last.to) {
      out[out.length - 1] = { from: last.from, to: Math.max(last.to, run.to) };
    } else out.push(run);
  }
  return out;
}
