/**
 * Pictures for tests: image files as slots hold them, and plain ones made on the spot.
 */
import sharp from 'sharp';
import type { Size } from '#contract/geometry.ts';

/** What a slot holds: planes G, B, R. */
export interface TestPicture {
  readonly pixels: Uint8Array;
  readonly layout: { readonly picture: Size; readonly analysis: Size };
}

/** Reads an image file; with `sizeOf`, scaled to the size that it gives for the picture. */
export async function readPicture(
  file: string,
  sizeOf: (picture: Size) => Size = (picture) => picture,
): Promise<TestPicture> {
  const { width, height } = await sharp(file).metadata();
  const analysis = sizeOf({ width, height });
  const rgb = await sharp(file)
    .toColourspace('srgb')
    .removeAlpha()
    .resize(analysis.width, analysis.height, { fit: 'fill', kernel: 'linear' })
    .raw()
    .toBuffer();
  return { pixels: toPlanes(rgb), layout: { picture: { width, height }, analysis } };
}

/** A picture whose colour at each place is given by `at`, as [red, green, blue]. */
export function paintPicture(
  size: Size,
  at: (x: number, y: number) => readonly [number, number, number],
  picture: Size = size,
): TestPicture {
  const rgb = new Uint8Array(size.width * size.height * 3);
  for (let y = 0; y < size.height; y++) {
    for (let x = 0; x < size.width; x++) rgb.set(at(x, y), (y * size.width + x) * 3);
  }
  return { pixels: toPlanes(rgb), layout: { picture, analysis: size } };
}

/** Interleaved R, G, B to planes G, B, R. */
function toPlanes(rgb: Uint8Array): Uint8Array {
  const area = rgb.length / 3;
  const planes = new Uint8Array(rgb.length);
  for (let at = 0; at < area; at++) {
    planes[at] = rgb[at * 3 + 1]!;
    planes[area + at] = rgb[at * 3 + 2]!;
    planes[2 * area + at] = rgb[at * 3]!;
  }
  return planes;
}
