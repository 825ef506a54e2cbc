/**
 * Draws privacy masks as a picture that ffmpeg lays over the camera's.
 */
import sharp from 'sharp';
import type { Size } from '#contract/geometry.ts';
import type { MaskPolygon } from './mask-fill.ts';

/** A PNG of this size: black where a mask is, clear elsewhere. Edges are a pixel wider, so that none shines through. */
export async function drawMasks(masks: readonly MaskPolygon[], size: Size): Promise<Buffer> {
  const { width, height } = size;
  const polygons = masks.map((mask) => {
    const points = mask.map(({ x, y }) => `${String(x * width)},${String(y * height)}`).join(' ');
    return `<polygon points="${points}" fill="#000" stroke="#000" stroke-width="3" stroke-linejoin="round"/>`;
  });
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${String(width)}" height="${String(height)}" ` +
    `shape-rendering="crispEdges">${polygons.join('')}</svg>`;
  return sharp(Buffer.from(svg)).ensureAlpha().png().toBuffer();
}
