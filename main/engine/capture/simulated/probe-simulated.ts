/**
 * Says what a simulated camera is, with a still picture of it.
 */
import type { SourceProbe } from '#contract/camera.ts';
import { parseSimulatedUrl } from './options.ts';
import { encodeJpeg, interleave } from './preview-jpeg.ts';
import { createScene } from './scene.ts';

/** Frames per second where the address gives none. */
const usualFps = 10;

/** Reads the address and draws its first frame. Rejects with CAM_004 when the address is wrong. */
export async function probeSimulated(url: URL): Promise<SourceProbe> {
  const { scene } = parseSimulatedUrl(url.href, usualFps);
  const picture = { width: scene.width, height: scene.height };
  const planar = new Uint8Array(picture.width * picture.height * 3);
  createScene(scene).render(0, planar);
  const still = await encodeJpeg(interleave(planar, picture), picture, picture.width);
  return {
    picture,
    fps: scene.fps,
    codec: 'simulated',
    stillJpeg: Buffer.from(still.jpeg).toString('base64'),
  };
}
