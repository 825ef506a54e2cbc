/**
 * Asks the station that runs on a data folder, or its database when none does: for what must work without a station.
 */
import os from 'node:os';
import { createAccessPart } from '#engine/access-part.ts';
import { systemClock } from '#engine/base/clock.ts';
import { silentLogger } from '#engine/base/log.ts';
import { entryFile } from '#engine/host.ts';
import { createRouter, type Handlers, type Router, type StreamHandlers } from '#engine/router.ts';
import { openSecretPart, type SecretPart } from '#engine/secret-part.ts';
import { createExperimentService } from '#engine/services/experiment-service.ts';
import { createStore } from '#engine/store/create-store.ts';
import { askStation } from './ask-station.ts';
import { loadCliConfig } from './cli-config.ts';
import { runningUrl } from './find-station.ts';

export type Ask = (name: string, input: unknown) => Promise<unknown>;
export type WithAsk = <T>(options: FolderOption, work: (ask: Ask) => Promise<T>) => Promise<T>;

export interface FolderOption {
  readonly dataFolder?: string;
}

export const folderOption = ['--data-folder <folder>', 'data folder of the station'] as const;
const commandLine = { user: 'command line', role: 'system', door: 'cli' } as const;

/** @param workersFolder where the thread of the database is */
export function askWherever(workersFolder: string): WithAsk {
  return async ({ dataFolder }, work) => {
    const folder = loadCliConfig(
      dataFolder === undefined ? [] : ['--data-folder', dataFolder],
    ).dataFolder;
    const url = runningUrl(folder);
    if (url !== null) {
      return work((name, input) => askStation({ url, dataFolder: folder, name, input }));
    }
    const part = await openSecretPart(
      await createStore({
        folder,
        entry: entryFile(workersFolder, 'store'),
        clock: systemClock,
        log: silentLogger,
      }),
      { folder, guard: null, log: silentLogger },
    );
    try {
      const router = await databaseRouter(part);
      return await work((name, input) =>
        router.call(name, input, {
          caller: commandLine,
          signal: new AbortController().signal,
          onProgress: () => undefined,
        }),
      );
    } finally {
      await part.store.close();
    }
  };
}

/** A router that knows users, audit log and secrets, on a database without a station. */
async function databaseRouter({ store, secretHandlers }: SecretPart): Promise<Router> {
  const { handlers, audit } = await createAccessPart({
    store,
    clock: systemClock,
    log: silentLogger,
    router: () => router,
  });
  const experimentHandlers = createExperimentService({
    ...{ store, clock: systemClock, site: os.hostname() },
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    makePdf: async (paper) =>
      (await import('#engine/reporting/experiment-pdf.ts')).experimentToPdf(paper),
    cameras: () => [],
    ...{ counting: () => null, tryModel: () => Promise.resolve() },
    sights: { last: () => Promise.resolve(null) },
    clipPictures: { strip: () => Promise.resolve([]), sight: () => Promise.resolve(null) },
    pictures: () => Promise.resolve([]),
  });
  const router = createRouter(
    { ...handlers, ...secretHandlers, ...experimentHandlers } as Handlers,
    {} as StreamHandlers,
    { log: silentLogger, audit },
  );
  return router;
}
