/**
 * Bilinear resampling of one plane of bytes, with pixel centres at halves as OpenCV's INTER_LINEAR has them.
 */
import type { Size } from '#contract/geometry.ts';

/** Where each target pixel takes its two neighbours from along one axis, and the share of the second. */
interface Axis {
  readonly first: Int32Array;
  readonly second: Int32Array;
  readonly share: Float32Array;
}

/** The plane in another size. No smoothing: shrinking by much more than two loses detail. */
export function resizePlane(plane: Uint8Array, from: Size, to: Size): Uint8Array {
  const columns = axis(from.width, to.width);
  const rows = axis(from.height, to.height);
  const resized = new Uint8Array(to.width * to.height);
  const { first, second, share } = columns;
  let at = 0;
  for (let y = 0; y < to.height; y++) {
    const upper = (rows.first[y] as number) * from.width;
    const lower = (rows.second[y] as number) * from.width;
    const down = rows.share[y] as number;
    for (let x = 0; x < to.width; x++) {
      const left = first[x] as number;
      const right = second[x] as number;
      const across = share[x] as number;
      const a = plane[upper + left] as number;
      const b = plane[upper + right] as number;
      const c = plane[lower + left] as number;
      const d = plane[lower + right] as number;
      const above = a + (b - a) * across;
      const below = c + (d - c) * across;
      resized[at++] = above + (below - above) * down + 0.5;
    }
  }
  return resized;
}

function axis(from: number, to: number): Axis {
  const first = new Int32Array(to);
  const second = new Int32Array(to);
  const share = new Float32Array(to);
  for (let at = 0; at < to; at++) {
    const position = Math.min(from - 1, Math.max(0, ((at + 0.5) * from) / to - 0.5));
    const whole = Math.floor(position);
    first[at] = whole;
    second[at] = Math.min(from - 1, whole + 1);
    share[at] = position - whole;
  }
  return { first, second, share };
}
