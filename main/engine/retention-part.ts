/**
 * Wires what a station keeps and for how long: the clean-up of each kind, and the archive of old rows.
 */
import path from 'node:path';
import type { StationConfig } from '#contract/config.ts';
import { type ArchiveKeeper, keepArchive } from './archive-keeper.ts';
import type { Clock } from './base/clock.ts';
import { removeOldFiles } from './base/folder-files.ts';
import type { CentralKeeper } from './central-keeper.ts';
import type { Host } from './host.ts';
import { newestLog } from './log-names.ts';
import { thinLogs } from './log-thinning.ts';
import { openRemote } from './open-remote.ts';
import { keepRetention, type Retention } from './retention.ts';
import type { SecretBox } from './secrets/secret-box.ts';
import { createArchiveService } from './services/archive-service.ts';
import { createRetentionService } from './services/retention-service.ts';
import type { Store } from './store/store.ts';

export interface RetentionPartDeps {
  readonly store: Store;
  readonly host: Host;
  readonly clock: Clock;
  readonly config: Pick<StationConfig, 'pathDays' | 'resultCacheSeconds' | 'reportFolder'>;
  readonly box: SecretBox;
  readonly central: CentralKeeper;
  /** Folder of what was fetched and unpacked */
  readonly downloads: string;
  readonly logFolder: string;
  readonly tidyClips: () => Promise<void>;
  readonly later: (ms: number, act: () => void) => () => void;
}

export interface RetentionPart {
  readonly handlers: ReturnType<typeof createRetentionService> &
    ReturnType<typeof createArchiveService>;
  readonly retention: Retention;
  readonly archive: ArchiveKeeper;
}

/** Rejects as the store does. */
export async function createRetentionPart(deps: RetentionPartDeps): Promise<RetentionPart> {
  const { store, host, clock, config, box, central, downloads, logFolder, later } = deps;
  const { log } = host;
  const dataFolder = host.paths.data;
  const archive = await keepArchive({
    ...{ store, clock, log, later, central, folder: path.join(dataFolder, 'archive') },
    openRemote: async () => (await openRemote(store, box))?.remote ?? null,
  });
  const retention = await keepRetention({
    ...{ store, clock, log, later, pathDays: config.pathDays, tidyClips: deps.tidyClips },
    removers: {
      paths: (step) => store.trajectories.prune(step),
      alerts: async (step) =>
        (await store.alerts.prune(step)) +
        (await store.incidents.prune(step)) +
        (await store.trust.prune(step)),
      notifications: (step) => store.notifications.prune(step),
      metrics: (step) => store.metrics.prune(step),
      experiments: (step) => store.experiments.prune(step),
      async logs(step) {
        await thinLogs(logFolder, clock.now());
        return removeOldFiles(logFolder, { ...step, except: path.join(logFolder, newestLog) });
      },
      downloads: (step) => removeOldFiles(downloads, step),
    },
  });
  return {
    ...{ retention, archive },
    handlers: {
      ...createRetentionService({
        ...{ retention, store, clock, dataFolder },
        ...{ answerSeconds: config.resultCacheSeconds, reportFolder: config.reportFolder },
      }),
      ...createArchiveService(archive),
    },
  };
}
