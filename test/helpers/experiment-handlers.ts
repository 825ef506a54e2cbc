/**
 * The procedures of experiments on a real store, with nothing of a station but one camera.
 */
import { createExperimentService } from '#engine/services/experiment-service.ts';
import type { ExperimentServiceDeps } from '#engine/services/experiment-service.ts';

type Needed = Pick<ExperimentServiceDeps, 'store' | 'clock'>;

const caller = { user: 'mai', role: 'admin', door: 'test' } as const;
export const asMai = { caller, signal: new AbortController().signal, onProgress: () => undefined };

export function experimentHandlers(deps: Needed & Partial<ExperimentServiceDeps>) {
  return createExperimentService({
    ...{ site: 'Nhà máy', timeZone: 'UTC' },
    cameras: () => [{ id: 'gate', name: 'Gate', fps: 10 }],
    counting: () => null,
    tryModel: () => Promise.resolve(),
    sights: { last: () => Promise.resolve(null) },
    clipPictures: { strip: () => Promise.resolve([]), sight: () => Promise.resolve(null) },
    makePdf: ({ placeNames, pairs }) =>
      Promise.resolve(Buffer.from(JSON.stringify([placeNames, pairs.length]))),
    pictures: () => Promise.resolve([{ at: 1, jpeg: 'x' }]),
    ...deps,
  });
}
