/**
 * Wires the models of a station: registry, import, catalog, store of models, activation, versions made here, and tuning.
 */
import path from 'node:path';
import type { StationConfig } from '#contract/config.ts';
import type { Clock } from './base/clock.ts';
import type { FfmpegTools } from './capture/ffmpeg-locate.ts';
import type { Executions } from './executions.ts';
import type { Fleet } from './fleet.ts';
import type { Host } from './host.ts';
import { createModelInspector, type ModelInspector } from './inspect-model.ts';
import type { ModelRollout } from './model-rollout.ts';
import { createModelFolder } from './models/model-folder.ts';
import type { PreviewHub } from './preview-hub.ts';
import { createRecordedFrames } from './recorded-frames.ts';
import type { Pictures } from './recorded-pictures.ts';
import { rehearse } from './rehearsal.ts';
import { gatherVideos } from './rehearsal-videos.ts';
import type { Handlers } from './router.ts';
import { createSampleFrames } from './sample-frames.ts';
import type { SecretBox } from './secrets/secret-box.ts';
import { createActivationService } from './services/activation-service.ts';
import { createCatalogService } from './services/catalog-service.ts';
import { createModelService, type ModelService } from './services/model-service.ts';
import { createRegistryService } from './services/registry-service.ts';
import { createRemoteService } from './services/remote-service.ts';
import { createTuningService, type TuningServiceDeps } from './services/tuning-service.ts';
import { createVariantService } from './services/variant-service.ts';
import type { Site } from './site.ts';
import type { Store } from './store/store.ts';
import { tuneModel } from './tune-model.ts';
import { makeVariantElsewhere } from './variant-process.ts';

export interface ModelPartDeps extends Pick<TuningServiceDeps, 'machine'> {
  readonly store: Store;
  readonly host: Host;
  readonly clock: Clock;
  readonly config: Pick<StationConfig, 'ffmpegPath' | 'modelMirror'>;
  readonly owner: string;
  readonly box: SecretBox;
  readonly site: Site;
  readonly fleet: Fleet;
  readonly rollout: ModelRollout;
  readonly executions: Executions;
  readonly previews: PreviewHub;
  readonly pictures: Pictures;
  readonly findFfmpeg: () => Promise<FfmpegTools>;
  /** Has requests computed the new way */
  readonly renewRequests: (digest: string) => Promise<void>;
}

type Services = ReturnType<typeof createActivationService> &
  ReturnType<typeof createCatalogService> &
  ReturnType<typeof createRegistryService> &
  ReturnType<typeof createRemoteService> &
  ReturnType<typeof createTuningService> &
  ReturnType<typeof createVariantService>;

export interface ModelPart {
  readonly handlers: Pick<Handlers, 'model.list' | 'model.propose' | 'model.import'> & Services;
  readonly inspect: ModelInspector;
  /** Imports a file, or finds the version that is the same. */
  readonly importFile: ModelService['importFile'];
  /** Folder for what is fetched and unpacked */
  readonly downloads: string;
}

export function createModelPart(deps: ModelPartDeps): ModelPart {
  const { store, host, clock, config, owner, box, site, fleet, rollout, pictures } = deps;
  const { machine, executions, previews, findFfmpeg } = deps;
  const { paths } = host;
  const inspect = createModelInspector(host);
  const downloads = path.join(paths.data, 'downloads');
  const folder = createModelFolder(path.join(paths.data, 'models'));
  const sampleFrames = createSampleFrames({
    ...{ previews, folder: downloads },
    cameras: () => site.cameras(),
  });
  const models = createModelService({ store, clock, folder, downloads, inspect, sampleFrames });
  const activation = createActivationService({
    ...{ store, site, fleet, rollout, clock },
    gather: (cameras, signal) =>
      gatherVideos(
        cameras,
        {
          ...{ previews, pictures, findFfmpeg, owner, clock, downloads },
          goldenFolder: path.join(paths.data, 'golden'),
          clipFile: (id) => pictures.fileOf(id),
          linesOf: (cameraId) => site.plan(cameraId).lines,
        },
        signal,
      ),
    rehearse: (pair, videos, { signal, onProgress }) =>
      rehearse(pair, videos, {
        ...{ host, clock, ffmpegPath: config.ffmpegPath, signal },
        onProgress: (share) => onProgress(share, ''),
      }),
  });
  return {
    ...{ inspect, downloads },
    importFile: (file, options) => models.importFile(file, options),
    handlers: {
      'model.list': models['model.list'],
      'model.propose': models['model.propose'],
      'model.import': models['model.import'],
      ...activation,
      ...createCatalogService({
        store,
        file: path.join(paths.resources, 'models/catalog.json'),
        folder: downloads,
        mirror: config.modelMirror === '' ? null : config.modelMirror,
        importFile: (file, options) => models.importFile(file, options),
      }),
      ...createRegistryService({ store, folder }),
      ...createRemoteService({ store, box, downloads, importSource: models.importSource }),
      ...createVariantService({
        ...{ store, clock, downloads, importSource: models.importSource },
        sampleFrames: createRecordedFrames({
          ...{ pictures, clock, live: sampleFrames, folder: downloads },
        }),
        providerOf: (digest) => executions.of(digest)[0]?.provider ?? 'cpu',
        make: (job, context) => makeVariantElsewhere(job, { host, ...context }),
      }),
      ...createTuningService({
        ...{ store, clock, machine, executions, sampleFrames },
        tune: (model, context) =>
          tuneModel(model, {
            ...{ host, cores: machine.cores, listed: fleet.providers() },
            ...context,
          }),
        apply: async (digest) => {
          await Promise.all([rollout.computeAnew(), deps.renewRequests(digest)]);
        },
      }),
    },
  };
}
