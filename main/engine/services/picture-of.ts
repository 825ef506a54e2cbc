/**
 * The size of the picture on which something is drawn.
 */
import { StationError } from '#contract/error.ts';
import type { Size } from '#contract/geometry.ts';
import type { Site } from '#engine/site.ts';

/** One can draw before the first picture has come; it is checked as on this one. */
const usualPicture: Size = { width: 1920, height: 1080 };

/** @throws StationError REQ_002 with the path `cameraId` when there is no such camera */
export function pictureOf(site: Pick<Site, 'cameras'>, cameraId: string): Size {
  const camera = site.cameras().find(({ id }) => id === cameraId);
  if (camera) return camera.picture ?? usualPicture;
  throw new StationError('REQ_002', `There is no camera "${cameraId}". Add it first.`, {
    path: 'cameraId',
  });
}
