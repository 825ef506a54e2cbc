/**
 * Measures how far the whole picture has moved since the look before: a camera on a loose pole shakes in the wind.
 *
 *   mean of each column ──six pieces──▶ each finds where it fits the look before best ──median──▶ dx
 *   mean of each row    ──six pieces──▶ the same                                      ──median──▶ dy
 *
 * Who walks changes some pieces, and the median leaves them out; a camera that shakes moves all of them.
 */
import type { Size } from '#contract/geometry.ts';

export interface ShiftWatch {
  /**
   * Takes in a picture.
   * @param pixels planes of a slot, green first
   * @returns px since the picture before; null for the first one, another size, or where nothing can be compared
   */
  see(pixels: Uint8Array, size: Size): number | null;
}

/** Every so many rows are read for the columns, and columns for the rows. */
const stride = 4;
const pieces = 6;
/** Farther moves are told by whoever watches the view. */
const mostPx = 8;
/** A piece with less change from px to px, in levels of 255, fits everywhere. */
const leastDetail = 0.5;

interface Profiles {
  readonly size: Size;
  readonly columns: Float32Array;
  readonly rows: Float32Array;
}

export function createShiftWatch(): ShiftWatch {
  let before: Profiles | null = null;

  return {
    see(pixels, size) {
      const now = profilesOf(pixels, size);
      const former = before;
      before = now;
      if (former?.size.width !== size.width || former.size.height !== size.height) return null;
      const dx = shiftOf(former.columns, now.columns);
      const dy = shiftOf(former.rows, now.rows);
      if (dx === null && dy === null) return null;
      return Math.hypot(dx ?? 0, dy ?? 0);
    },
  };
}

function profilesOf(pixels: Uint8Array, size: Size): Profiles {
  const { width, height } = size;
  const columns = new Float32Array(width);
  const rows = new Float32Array(height);
  for (let y = 0; y < height; y += stride) {
    for (let x = 0, at = y * width; x < width; x++, at++)
      columns[x] = (columns[x] ?? 0) + (pixels[at] ?? 0);
  }
  for (let y = 0; y < height; y++) {
    let sum = 0;
    for (let x = 0, at = y * width; x < width; x += stride, at += stride) sum += pixels[at] ?? 0;
    rows[y] = sum / Math.ceil(width / stride);
  }
  const of = Math.ceil(height / stride);
  for (let x = 0; x < width; x++) columns[x] = (columns[x] ?? 0) / of;
  return { size, columns, rows };
}

/** Median over the pieces of where each fits best; null when none has any detail. */
function shiftOf(before: Float32Array, now: Float32Array): number | null {
  const length = Math.floor((now.length - 2 * mostPx) / pieces);
  if (length < 2 * mostPx) return null;
  const shifts: number[] = [];
  for (let piece = 0; piece < pieces; piece++) {
    const from = mostPx + piece * length;
    if (detailOf(now, from, length) >= leastDetail)
      shifts.push(bestShift(before, now, { from, length }));
  }
  return shifts.length === 0 ? null : (shifts.sort((a, b) => a - b)[shifts.length >> 1] ?? null);
}

function detailOf(profile: Float32Array, from: number, length: number): number {
  let sum = 0;
  for (let at = from + 1; at < from + length; at++) {
    sum += Math.abs((profile[at] ?? 0) - (profile[at - 1] ?? 0));
  }
  return sum / length;
}

/** Where a piece of one profile fits into the other best, to a part of a px by a parabola through the best three. */
function bestShift(
  before: Float32Array,
  now: Float32Array,
  piece: { readonly from: number; readonly length: number },
): number {
  let best = 0;
  let least = Infinity;
  for (let shift = -mostPx; shift <= mostPx; shift++) {
    const misfit = misfitOf(before, now, { ...piece, shift });
    if (misfit >= least) continue;
    least = misfit;
    best = shift;
  }
  if (Math.abs(best) === mostPx) return best;
  const [left, right] = [best - 1, best + 1].map((shift) =>
    misfitOf(before, now, { ...piece, shift }),
  );
  const bend = (left ?? 0) - 2 * least + (right ?? 0);
  return bend <= 0 ? best : best + (0.5 * ((left ?? 0) - (right ?? 0))) / bend;
}

/** Mean squared difference without that of the means, so that light does not matter. */
function misfitOf(
  before: Float32Array,
  now: Float32Array,
  {
    from,
    length,
    shift,
  }: { readonly from: number; readonly length: number; readonly shift: number },
): number {
  let [sum, squares] = [0, 0];
  for (let at = from; at < from + length; at++) {
    const off = (now[at] ?? 0) - (before[at + shift] ?? 0);
    sum += off;
    squares += off * off;
  }
  return squares / length - (sum / length) ** 2;
}
