/**
 * Notices that a camera no longer looks where its lines were drawn: it was moved, covered, or it sees only the dark.
 *
 *   green plane ──cells of 1/32 × 1/18──▶ brightness, and how much detail each cell has (edges)
 *        details ──correlation──▶ those of the view it has known for some time
 *
 * Light changes the brightness of a place and hardly which places have detail, and people change few cells for a while. So
 * the view is the usual detail of each cell, learned slowly and only while it is recognised. A camera that was moved shows
 * other detail, or the same beside its place; one that is covered or out of focus shows hardly any.
 */
import type { Size } from '#contract/geometry.ts';
import type { View, ViewState } from '#contract/camera.ts';
import type { PictureLook } from './picture-look.ts';
import { createShiftWatch } from './picture-shift.ts';

export interface ViewWatch {
  /**
   * Takes in a picture, once a second at most.
   * @param pixels planes of a slot, green first
   * @param atMs a time in ms that never jumps
   * @returns what the picture is like; null when it was not looked at, because the last look is too short ago
   */
  see(pixels: Uint8Array, size: Size, atMs: number): PictureLook | null;
  /** What was seen last; null until the view is known. */
  now(): View | null;
  /** What is seen from now on is the right view: the lines were drawn on it. */
  renew(): void;
}

const columns = 32;
const rows = 18;
const cells = columns * rows;
const everyMs = 1_000;
/** So many pictures make a view that can be lost. */
const learnLooks = 30;
/** How slowly the view follows what is seen, as a share per look: ten minutes */
const followShare = 1 / 600;
/** How fast the recent details follow, as a share per look */
const recentShare = 0.3;
/** Something must be wrong for so many looks in a row. */
const sureLooks = 10;
/** Mean brightness (of 255) under which nothing can be recognised, if there is no detail either */
const darkLevel = 24;
/** Share of the usual detail under which the lens is covered, or out of focus */
const coveredShare = 0.3;
/** Correlation of details under which it is another view */
const otherView = 0.4;
/** A view that fits so much better beside its place was turned there; cells that are tried to each side */
const betterBeside = 0.15;
const mostCells = { x: 6, y: 4 };

export function createViewWatch(): ViewWatch {
  const detail = new Float32Array(cells);
  /** The last looks, so that who walks by changes little */
  const recent = new Float32Array(cells);
  const usual = new Float32Array(cells);
  const shift = createShiftWatch();
  let looks = 0;
  let seenMs = -Infinity;
  let usualSharpness = 0;
  let suspect: { state: ViewState; looks: number } = { state: 'clear', looks: 0 };
  let view: View | null = null;

  function learn(sharpness: number): void {
    const share = Math.max(1 / (looks + 1), followShare);
    for (let cell = 0; cell < cells; cell++) {
      usual[cell] = (usual[cell] ?? 0) + ((detail[cell] ?? 0) - (usual[cell] ?? 0)) * share;
    }
    usualSharpness += (sharpness - usualSharpness) * share;
    looks++;
  }

  return {
    see(pixels, size, atMs) {
      if (atMs - seenMs < everyMs) return null;
      seenMs = atMs;
      const { brightness, sharpness } = measure(pixels, size, detail);
      const look = { brightness: brightness / 255, sharpness, shakePx: shift.see(pixels, size) };
      const share = looks === 0 ? 1 : recentShare;
      detail.forEach((now, cell) => {
        recent[cell] = (recent[cell] ?? 0) + (now - (recent[cell] ?? 0)) * share;
      });
      if (looks < learnLooks) {
        learn(sharpness);
        return look;
      }
      const state = judge({ brightness, sharpness, usualSharpness }, recent, usual);
      suspect = { state, looks: suspect.state === state ? suspect.looks + 1 : 1 };
      const former = view?.state ?? 'clear';
      // A view that was lost is not learned until it has come back for sure.
      if (state === 'clear' && former === 'clear') learn(sharpness);
      view = {
        state: suspect.looks >= sureLooks ? state : former,
        brightness: round(brightness / 255),
        sharpness: round(sharpness / Math.max(usualSharpness, 1e-3)),
      };
      return look;
    },
    now: () => view,
    renew() {
      looks = 0;
      usualSharpness = 0;
      usual.fill(0);
      suspect = { state: 'clear', looks: 0 };
      view = null;
    },
  };
}

interface Look {
  readonly brightness: number;
  readonly sharpness: number;
  readonly usualSharpness: number;
}

function judge(
  { brightness, sharpness, usualSharpness }: Look,
  recent: Float32Array,
  usual: Float32Array,
): ViewState {
  if (sharpness < coveredShare * usualSharpness) return brightness < darkLevel ? 'dark' : 'covered';
  const inPlace = likeness(recent, usual, { dx: 0, dy: 0 });
  if (inPlace < otherView) return 'moved';
  for (let dy = -mostCells.y; dy <= mostCells.y; dy++) {
    for (let dx = -mostCells.x; dx <= mostCells.x; dx++) {
      if (likeness(recent, usual, { dx, dy }) > inPlace + betterBeside) return 'moved';
    }
  }
  return 'clear';
}

/** Pearson's correlation of the details with the usual ones `dx`, `dy` cells beside, where both have a cell: −1…1. */
function likeness(
  a: Float32Array,
  b: Float32Array,
  { dx, dy }: { readonly dx: number; readonly dy: number },
): number {
  let [n, sumA, sumB, sumAA, sumBB, sumAB] = [0, 0, 0, 0, 0, 0];
  for (let row = Math.max(0, -dy); row < Math.min(rows, rows - dy); row++) {
    for (let column = Math.max(0, -dx); column < Math.min(columns, columns - dx); column++) {
      const x = a[row * columns + column] ?? 0;
      const y = b[(row + dy) * columns + column + dx] ?? 0;
      n++;
      sumA += x;
      sumB += y;
      sumAA += x * x;
      sumBB += y * y;
      sumAB += x * y;
    }
  }
  const spread = Math.sqrt((n * sumAA - sumA * sumA) * (n * sumBB - sumB * sumB));
  return spread <= 0 ? 0 : (n * sumAB - sumA * sumB) / spread;
}

/** Writes the detail of each cell, the root of its mean edge; gives mean brightness and mean edge, 0…255. */
function measure(
  pixels: Uint8Array,
  { width, height }: Size,
  detail: Float32Array,
): { brightness: number; sharpness: number } {
  let [light, edges, samples] = [0, 0, 0];
  for (let row = 0; row < rows; row++) {
    const top = Math.floor((row * height) / rows);
    const bottom = Math.min(height - 1, Math.floor(((row + 1) * height) / rows));
    for (let column = 0; column < columns; column++) {
      const left = Math.floor((column * width) / columns);
      const right = Math.min(width - 1, Math.floor(((column + 1) * width) / columns));
      let [sum, count] = [0, 0];
      for (let y = top; y < bottom; y += 2) {
        for (let x = left, at = y * width + left; x < right; x++, at++) {
          const here = pixels[at] ?? 0;
          light += here;
          sum +=
            Math.abs((pixels[at + 1] ?? 0) - here) + Math.abs((pixels[at + width] ?? 0) - here);
          count++;
        }
      }
      detail[row * columns + column] = Math.sqrt(count === 0 ? 0 : sum / count);
      edges += sum;
      samples += count;
    }
  }
  const of = Math.max(1, samples);
  return { brightness: light / of, sharpness: edges / of };
}

function round(share: number): number {
  return Math.round(share * 1000) / 1000;
}
