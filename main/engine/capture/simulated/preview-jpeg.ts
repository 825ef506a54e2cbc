/**
 * Makes a JPEG for a view from a simulated frame, without ffmpeg.
 */
import sharp from 'sharp';
import type { Size } from '#contract/geometry.ts';

const quality = 78;

/** Planar G, B, R to pixel after pixel R, G, B. */
export function interleave(planar: Uint8Array, size: Size): Buffer {
  const plane = size.width * size.height;
  const packed = Buffer.allocUnsafe(plane * 3);
  for (let i = 0; i < plane; i++) {
    packed[3 * i] = planar[2 * plane + i] ?? 0;
    packed[3 * i + 1] = planar[i] ?? 0;
    packed[3 * i + 2] = planar[plane + i] ?? 0;
  }
  return packed;
}

/** A JPEG at most `widestPx` wide and never wider than the picture. `rgb` is as `interleave` returns it. */
export async function encodeJpeg(
  rgb: Buffer,
  size: Size,
  widestPx: number,
): Promise<Size & { jpeg: Uint8Array }> {
  const raw = { width: size.width, height: size.height, channels: 3 } as const;
  const { data, info } = await sharp(rgb, { raw })
    .resize({ width: widestPx, withoutEnlargement: true, kernel: 'mitchell' })
    .jpeg({ quality })
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, jpeg: data };
}
