/**
 * Decodes a picture file into the planes of a slot.
 */
import sharp from 'sharp';
import { StationError } from '#contract/error.ts';
import type { Size } from '#contract/geometry.ts';
import type { FrameLayout } from './frame.ts';

export interface DecodedPicture {
  /** Planes G, B, R of the analysis size */
  readonly pixels: Uint8Array;
  readonly layout: FrameLayout;
}

/** Larger pictures are refused before they are decoded: a small file can hold a very large one. */
const maxPixels = 50_000_000;

/**
 * Decodes a JPEG, PNG or WebP, turned as its EXIF says, and scales it to the size that `analysisFor` gives for it.
 * Throws INF_003 when it is no picture.
 */
export async function readPicture(
  source: string | Uint8Array,
  analysisFor: (picture: Size) => Size,
): Promise<DecodedPicture> {
  try {
    const { width, height, autoOrient } = await sharp(source, {
      limitInputPixels: maxPixels,
    }).metadata();
    const picture = autoOrient.width > 0 ? autoOrient : { width, height };
    const analysis = analysisFor(picture);
    const rgb = await sharp(source, { limitInputPixels: maxPixels })
      .autoOrient()
      .toColourspace('srgb')
      .flatten()
      .resize(analysis.width, analysis.height, { fit: 'fill', kernel: 'linear' })
      .raw()
      .toBuffer();
    return { pixels: toPlanes(rgb), layout: { picture, analysis } };
  } catch (cause) {
    throw new StationError('INF_003', `The picture cannot be decoded: ${String(cause)}.`, {
      cause,
    });
  }
}

/** Interleaved R, G, B as planes G, B, R. */
function toPlanes(rgb: Uint8Array): Uint8Array {
  const area = rgb.length / 3;
  const planes = new Uint8Array(rgb.length);
  for (let at = 0, from = 0; at < area; at++, from += 3) {
    planes[2 * area + at] = rgb[from] as number;
    planes[at] = rgb[from + 1] as number;
    planes[area + at] = rgb[from + 2] as number;
  }
  return planes;
}
