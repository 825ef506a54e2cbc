/**
 * The procedures of the recording ring.
 */
import type { CameraRecording } from '#contract/recording.ts';
import { StationError } from '#contract/error.ts';
import { assert } from '#engine/base/assert.ts';
import type { Pictures } from '#engine/recorded-pictures.ts';
import type { RecordingRing } from '#engine/recording-ring.ts';
import type { Handlers } from '#engine/router.ts';
import type { Site } from '#engine/site.ts';

export interface RecordingServiceDeps {
  readonly site: Pick<Site, 'cameras' | 'settings'>;
  readonly ring: RecordingRing;
  readonly pictures: Pictures;
}

export function createRecordingService({
  site,
  ring,
  pictures,
}: RecordingServiceDeps): Pick<
  Handlers,
  | 'recording.get'
  | 'recording.set'
  | 'recording.setReserve'
  | 'recording.list'
  | 'recording.clip'
  | 'recording.clipBytes'
  | 'recording.still'
> {
  async function one(cameraId: string): Promise<CameraRecording> {
    const [camera] = await ring.cameras([site.settings(cameraId).id]);
    assert(camera !== undefined, 'a camera without a recording');
    return camera;
  }

  return {
    'recording.get': async ({ cameraId }) => ({
      disk: await ring.disk(),
      cameras:
        cameraId === undefined
          ? await ring.cameras(site.cameras().map(({ id }) => id))
          : [await one(cameraId)],
    }),
    'recording.set': async ({ cameraId, ...change }) => {
      site.settings(cameraId);
      const given = Object.entries(change).filter(([, value]) => value !== undefined);
      await ring.set(cameraId, Object.fromEntries(given));
      return one(cameraId);
    },
    'recording.setReserve': async ({ reserveGb }) => {
      await ring.setReserve(reserveGb);
      return ring.disk();
    },
    'recording.list': ({ cameraId, from, to }) =>
      pictures.spans({ ...(cameraId !== undefined && { cameraId }), from, to }),
    'recording.clip': (stretch, { signal }) => pictures.clip(stretch, signal),
    'recording.clipBytes': async ({ id, offset }) => {
      const { bytes, part } = await pictures.readClip(id, offset);
      return { bytes, data: Buffer.from(part).toString('base64') };
    },
    'recording.still': async ({ cameraId, at }, { signal }) => {
      const picture = await pictures.at(cameraId, at, signal);
      if (!picture) {
        throw new StationError('REQ_002', 'No picture of this camera was recorded at this time.');
      }
      return { at: picture.at, stillJpeg: Buffer.from(picture.jpeg).toString('base64') };
    },
  };
}
