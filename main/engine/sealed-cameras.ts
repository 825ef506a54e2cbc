/**
 * The store as the station uses it: addresses of cameras with passwords lie sealed in the database and come out whole.
 *
 * Where the key is missing the address comes out as it is shown, with *** for the password. Nothing connects with such an
 * address (capture/source.ts refuses it), and the sealed text stays until somebody enters the password again.
 */
import type { CameraSettings } from '#contract/camera.ts';
import { StationError } from '#contract/error.ts';
import type { Logger } from './base/log.ts';
import { redact } from './capture/redact.ts';
import type { SecretBox } from './secrets/secret-box.ts';
import type { StoredCamera } from './store/records.ts';
import type { Store } from './store/store.ts';

export function withSealedCameras(store: Store, box: SecretBox, log: Logger): Store {
  const { cameras } = store;

  function opened({ sealedSource, ...settings }: StoredCamera): CameraSettings {
    if (sealedSource === undefined) return settings;
    try {
      return { ...settings, source: box.open(sealedSource) };
    } catch (error) {
      const { code } = StationError.from(error, 'SYS_005');
      log.error('password of a camera cannot be read', { cameraId: settings.id, code });
      return settings;
    }
  }

  async function sealed(settings: CameraSettings): Promise<StoredCamera> {
    const shown = redact(settings.source);
    if (shown !== settings.source) {
      return { ...settings, source: shown, sealedSource: box.seal(settings.source) };
    }
    const stored = await cameras.get(settings.id);
    const isKept = stored?.sealedSource !== undefined && stored.source === shown;
    return isKept ? { ...settings, sealedSource: stored.sealedSource } : settings;
  }

  return {
    ...store,
    cameras: {
      list: async () => (await cameras.list()).map(opened),
      async get(id) {
        const stored = await cameras.get(id);
        return stored === null ? null : opened(stored);
      },
      add: async (settings) => cameras.add(await sealed(settings)),
      update: async (settings) => cameras.update(await sealed(settings)),
      remove: (id) => cameras.remove(id),
    },
  };
}
