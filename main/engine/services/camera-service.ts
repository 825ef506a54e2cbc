/**
 * The procedures of cameras.
 */
import type { CameraSettings, SourceProbe } from '#contract/camera.ts';
import { StationError } from '#contract/error.ts';
import type { Handlers } from '#engine/router.ts';
import type { Site } from '#engine/site.ts';
import { freeId } from './free-id.ts';

/** What `camera.list` and the settings form show in place of a password. */
const hiddenPassword = '***';

export interface CameraServiceDeps {
  readonly site: Site;
  /** Throws CAM_004 when the address is of no kind that can be opened. */
  readonly checkSource: (source: string) => void;
  readonly probe: (
    source: string,
    options: { transport: 'tcp' | 'udp'; signal: AbortSignal },
  ) => Promise<SourceProbe>;
}

export function createCameraService({
  site,
  checkSource,
  probe,
}: CameraServiceDeps): Pick<
  Handlers,
  'camera.list' | 'camera.get' | 'camera.add' | 'camera.update' | 'camera.remove' | 'camera.test'
> {
  return {
    'camera.list': () => site.cameras(),
    'camera.get': ({ id }) => site.camera(id),
    'camera.add': (draft) => {
      checkSource(draft.source);
      const taken = site.cameras().map((camera) => camera.id);
      if (draft.id !== undefined && taken.includes(draft.id)) {
        throw new StationError('REQ_003', `There is a camera "${draft.id}" already.`, {
          path: 'id',
        });
      }
      return site.put({ ...draft, id: draft.id ?? freeId(draft.name, taken) });
    },
    'camera.update': ({ id, ...changes }) => {
      const before = site.settings(id);
      const next: CameraSettings = {
        id,
        name: changes.name ?? before.name,
        source: keepPassword(changes.source ?? before.source, before.source),
        transport: changes.transport ?? before.transport,
        fps: changes.fps ?? before.fps,
        isLooped: changes.isLooped ?? before.isLooped,
        isEnabled: changes.isEnabled ?? before.isEnabled,
      };
      checkSource(next.source);
      return site.put(next);
    },
    'camera.remove': async ({ id }) => {
      await site.remove(id);
      return {};
    },
    'camera.test': ({ source, transport }, { signal }) => probe(source, { transport, signal }),
  };
}

/** An address that still shows `***` gets the password that is known. */
function keepPassword(source: string, before: string): string {
  if (!source.includes(`:${hiddenPassword}@`)) return source;
  const password = /^[a-z]+:\/\/[^/]*?:(.*)@/i.exec(before)?.[1];
  if (password === undefined) {
    throw new StationError('CAM_004', 'The address has no password that could be kept: type it.', {
      path: 'source',
    });
  }
  return source.replace(`:${hiddenPassword}@`, () => `:${password}@`);
}
