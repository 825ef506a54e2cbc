/**
 * The self-test from the command line: by the station that runs on the data folder, or on its own when none does.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { StationConfig } from '#contract/config.ts';
import type { DoctorCheck } from '#contract/doctor.ts';
import { systemClock } from '#engine/base/clock.ts';
import { createFfmpegFinder } from '#engine/capture/ffmpeg-locate.ts';
import { runDoctor } from '#engine/doctor.ts';
import { embeddedModel } from '#engine/embedded-model.ts';
import { entryFile } from '#engine/host.ts';
import { createModelInspector } from '#engine/inspect-model.ts';
import { listProviders } from '#engine/list-providers.ts';
import { createStore } from '#engine/store/create-store.ts';
import type { Store } from '#engine/store/store.ts';
import { askStation } from './ask-station.ts';
import { runningUrl } from './find-station.ts';
import { createNodeHost } from './node-host.ts';
import type { ProductFolders } from './product.ts';

export interface CliDoctorOptions {
  readonly workersFolder: string;
  readonly folders: ProductFolders;
  readonly version: string;
}

/** Rejects only when a running station does not answer; what is wrong with the installation is in the checks. */
export async function runCliDoctor(
  config: StationConfig,
  options: CliDoctorOptions,
  onCheck: (check: DoctorCheck) => void,
): Promise<DoctorCheck[]> {
  const url = runningUrl(config.dataFolder);
  if (url !== null) {
    const checks = (await askStation({
      ...{ url, dataFolder: config.dataFolder },
      ...{ name: 'station.doctor', input: {} },
    })) as DoctorCheck[];
    checks.forEach((check) => onCheck(check));
    return checks;
  }
  // The log must not fail where the disk is full: that is for the check to say.
  const scratch = mkdtempSync(path.join(os.tmpdir(), 'tallywatch-doctor-'));
  const host = createNodeHost({
    kind: 'cli',
    version: options.version,
    dataFolder: scratch,
    resourcesFolder: options.folders.resources,
    workersFolder: options.workersFolder,
    logLevel: 'warn',
    terminalLevel: 'silent',
  });
  const opened: { store: Store | null } = { store: null };
  const openStore = async (): Promise<Store> => {
    opened.store ??= await createStore({
      folder: config.dataFolder,
      entry: entryFile(options.workersFolder, 'store'),
      clock: systemClock,
      log: host.log,
    });
    return opened.store;
  };
  const newest = async () =>
    (await (await openStore()).crossings.list({ limit: 1 }))[0]?.at ?? null;
  try {
    return await runDoctor(
      {
        host: { ...host, paths: { ...host.paths, data: config.dataFolder } },
        clock: systemClock,
        ffmpegPath: config.ffmpegPath,
        findFfmpeg: createFfmpegFinder({
          configured: config.ffmpegPath,
          resourcesFolder: options.folders.resources,
          hardwareDecoding: 'off',
        }),
        inspect: createModelInspector(host),
        checkDatabase: async () =>
          (await newest()) === null ? 'writable, no crossings yet' : 'writable',
        newestCrossingAt: newest,
        model: async () =>
          (await openStore().then(
            (store) => store.models.champion(),
            () => null,
          )) ?? embeddedModel(options.folders.resources),
        embedded: () => embeddedModel(options.folders.resources),
        providers: listProviders,
      },
      onCheck,
    );
  } finally {
    await opened.store?.close();
    rmSync(scratch, { recursive: true, force: true });
  }
}
