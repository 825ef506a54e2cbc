/**
 * The procedures that find cameras, with those that the station has already marked as such.
 */
import type { CameraId, CameraSettings } from '#contract/camera.ts';
import { readOnvifStreams } from '#engine/capture/discovery/onvif-streams.ts';
import { scanNetwork } from '#engine/capture/discovery/scan-network.ts';
import type { PluggedCamera } from '#engine/capture/discovery/usb-cameras.ts';
import type { Handlers } from '#engine/router.ts';

export interface DiscoveryServiceDeps {
  readonly settings: () => readonly Pick<CameraSettings, 'id' | 'source'>[];
  readonly usb: () => Promise<PluggedCamera[]>;
}

export function createDiscoveryService({
  settings,
  usb,
}: DiscoveryServiceDeps): Pick<
  Handlers,
  'discovery.network' | 'discovery.streams' | 'discovery.usb'
> {
  const ownerOf = (isIt: (source: string) => boolean): CameraId | null =>
    settings().find(({ source }) => isIt(source))?.id ?? null;

  return {
    'discovery.network': async ({ seconds }, { signal }) => {
      const devices = await scanNetwork({ seconds, signal });
      return devices.map((device) => ({
        ...device,
        cameraId: ownerOf((source) => hostOf(source) === device.host),
      }));
    },
    'discovery.streams': (login, { signal }) => readOnvifStreams(login, signal),
    'discovery.usb': async () =>
      (await usb()).map((camera) => ({
        ...camera,
        cameraId: ownerOf((source) => source === camera.source),
      })),
  };
}

/** Null for what comes from no network. */
function hostOf(source: string): string | null {
  return /^(?:rtsps?|https?):/i.test(source) && URL.canParse(source)
    ? new URL(source).hostname
    : null;
}
