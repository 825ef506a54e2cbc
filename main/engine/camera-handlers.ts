/**
 * What is asked of the cameras of a station: which there are, where new ones are found, what is kept of their pictures, and how
 * the wall shows them.
 */
import type { Clock } from './base/clock.ts';
import type { Emitter } from './base/emitter.ts';
import { listUsbCameras } from './capture/discovery/usb-cameras.ts';
import type { FfmpegTools } from './capture/ffmpeg-locate.ts';
import { probeSource } from './capture/probe.ts';
import { keepSecrets, redact } from './capture/redact.ts';
import { parseSource } from './capture/source.ts';
import { validateZone } from './counting/validate-zone.ts';
import type { Pictures } from './recorded-pictures.ts';
import type { RecordingRing } from './recording-ring.ts';
import { createBlindCountService } from './services/blind-count-service.ts';
import { createCameraImportService } from './services/camera-import-service.ts';
import { createCameraService } from './services/camera-service.ts';
import { createDiscoveryService } from './services/discovery-service.ts';
import { findModel } from './services/find-model.ts';
import { createMaskService } from './services/mask-service.ts';
import { createRecordingService } from './services/recording-service.ts';
import { createWallService } from './services/wall-service.ts';
import type { EventMap, Site } from './site.ts';
import type { Store } from './store/store.ts';

export interface CameraHandlersDeps {
  readonly store: Store;
  readonly site: Site;
  readonly events: Emitter<EventMap>;
  readonly clock: Clock;
  /** IANA name */
  readonly timeZone: string;
  /** By which processes of this station are known */
  readonly owner: string;
  readonly findFfmpeg: () => Promise<FfmpegTools>;
  readonly ring: RecordingRing;
  readonly pictures: Pictures;
}

/** Answers for every procedure of cameras, recordings, masks and the wall. */
export function createCameraHandlers(deps: CameraHandlersDeps) {
  const { store, site, events, clock, timeZone, owner, findFfmpeg, ring, pictures } = deps;
  const checkSource = (source: string): void => void parseSource(source);

  return {
    ...createCameraService({
      ...{ site, keepSecrets, checkSource },
      checkFailover: async (wanted) => {
        const known = wanted.length === 0 ? [] : await store.models.list();
        for (const name of wanted) findModel(name, known);
      },
      probe: (source, { transport, signal }) =>
        probeSource(source, { transport, signal, owner, ffmpeg: findFfmpeg }),
    }),
    ...createCameraImportService({ site, store, redact, checkSource }),
    ...createDiscoveryService({
      settings: () => site.cameras().map(({ id }) => site.settings(id)),
      usb: () => listUsbCameras({ platform: process.platform, ffmpeg: findFfmpeg, owner }),
    }),
    ...createWallService({
      ...{ store, events },
      cameraIds: () => site.cameras().map(({ id }) => id),
    }),
    ...createRecordingService({ site, ring, pictures }),
    ...createBlindCountService({
      ...{ site, store, pictures, clock, timeZone },
      isRecorded: (cameraId) => ring.targetOf(cameraId) !== null,
    }),
    ...createMaskService({ site, store, checkArea: validateZone }),
  };
}
