/**
 * The procedures of cameras.
 */
import type { CameraSettings, SourceProbe } from '#contract/camera.ts';
import { StationError } from '#contract/error.ts';
import type { Handlers } from '#engine/router.ts';
import type { Site } from '#engine/site.ts';
import { freeId } from './free-id.ts';

export interface CameraServiceDeps {
  readonly site: Site;
  /** Puts hidden passwords of the known address into an edited one; null when they do not belong there. */
  readonly keepSecrets: (edited: string, known: string) => string | null;
  /** Rejects with MODEL_001 when one of the models is not in the registry. */
  readonly checkFailover: (models: readonly string[]) => Promise<void>;
  /** Throws CAM_004 when the address is of no kind that can be opened. */
  readonly checkSource: (source: string) => void;
  readonly probe: (
    source: string,
    options: { transport: 'tcp' | 'udp'; signal: AbortSignal },
  ) => Promise<SourceProbe>;
}

export function createCameraService({
  site,
  keepSecrets,
  checkSource,
  checkFailover,
  probe,
}: CameraServiceDeps): Pick<
  Handlers,
  'camera.list' | 'camera.get' | 'camera.add' | 'camera.update' | 'camera.remove' | 'camera.test'
> {
  return {
    'camera.list': () => site.cameras(),
    'camera.get': ({ id }) => site.camera(id),
    'camera.add': async (draft) => {
      checkSource(draft.source);
      await checkFailover(draft.failover ?? []);
      const taken = site.cameras().map((camera) => camera.id);
      if (draft.id !== undefined && taken.includes(draft.id)) {
        throw new StationError('REQ_003', `There is a camera "${draft.id}" already.`, {
          path: 'id',
        });
      }
      return site.put({ ...draft, id: draft.id ?? freeId(draft.name, taken) });
    },
    'camera.update': async ({ id, ...changes }) => {
      const before = site.settings(id);
      const source = keepSecrets(changes.source ?? before.source, before.source);
      if (source === null) {
        throw new StationError(
          'CAM_004',
          'The password that is hidden in this address belongs to another one: type it again.',
          { path: 'source' },
        );
      }
      const next: CameraSettings = {
        id,
        name: changes.name ?? before.name,
        source,
        transport: changes.transport ?? before.transport,
        fps: changes.fps ?? before.fps,
        isLooped: changes.isLooped ?? before.isLooped,
        isEnabled: changes.isEnabled ?? before.isEnabled,
        isUngated: changes.isUngated ?? before.isUngated,
        recordedAt: changes.recordedAt ?? before.recordedAt,
        failover: changes.failover ?? before.failover,
      };
      // A camera whose password is lost can still be renamed.
      if (next.source !== before.source) checkSource(next.source);
      await checkFailover(changes.failover ?? []);
      return site.put(next);
    },
    'camera.remove': async ({ id }) => {
      await site.remove(id);
      return {};
    },
    'camera.test': ({ source, transport }, { signal }) => probe(source, { transport, signal }),
  };
}
