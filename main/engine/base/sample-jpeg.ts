/**
 * A picture file as a small JPEG that travels to a page.
 */
import sharp from 'sharp';

const widestPx = 640;
const quality = 70;

export interface SampleJpeg {
  readonly jpegBase64: string;
  readonly width: number;
  readonly height: number;
}

/** Turned as its EXIF says. Rejects with the error of the decoder when it is no picture. */
export async function sampleJpeg(file: string): Promise<SampleJpeg> {
  const { data, info } = await sharp(file)
    .autoOrient()
    .resize({ width: widestPx, withoutEnlargement: true })
    .jpeg({ quality })
    .toBuffer({ resolveWithObject: true });
  return { jpegBase64: data.toString('base64'), width: info.width, height: info.height };
}
