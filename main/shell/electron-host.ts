/**
 * The host under Electron: as under plain Node, but workers are utility processes and a package has its own folders.
 */
import path from 'node:path';
import { app } from 'electron';
import type { StationConfig } from '#contract/config.ts';
import type { Host } from '#engine/host.ts';
import { createNodeHost } from '#server/node-host.ts';
import { productFolders } from '#server/product.ts';
import { keychainGuard } from './keychain-guard.ts';
import { canRestart, restartApp } from './restart.ts';
import { type AppUpdates, createAppUpdates } from './updater.ts';
import { createUtilitySpawner } from './worker-spawner.ts';

export interface ElectronHost extends Host {
  readonly updates: AppUpdates | null;
  readonly folders: {
    /** The built page */
    readonly page: string;
    /** The built preload, a file */
    readonly preload: string;
  };
}

/**
 * @param mainFolder folder of the built main process
 * @throws StationError SYS_004 when the data folder cannot be made or written
 */
export function createElectronHost(mainFolder: string, config: StationConfig): ElectronHost {
  const workersFolder = path.join(mainFolder, 'workers');
  const folders = productFolders(workersFolder);
  const host = createNodeHost({
    kind: 'headless',
    version: app.getVersion(),
    dataFolder: config.dataFolder,
    resourcesFolder: app.isPackaged ? process.resourcesPath : folders.resources,
    workersFolder,
    logLevel: config.logLevel,
    logLevels: config.logLevels,
    terminalLevel: 'warn',
  });
  return {
    ...host,
    kind: 'electron',
    keyGuard: keychainGuard,
    updates: createAppUpdates(host.log, config.dataFolder),
    restart: canRestart() ? () => restartApp(host.log) : null,
    spawnWorker: createUtilitySpawner(workersFolder),
    folders: { page: folders.page, preload: path.join(mainFolder, '../preload/index.cjs') },
  };
}
