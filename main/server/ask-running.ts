/**
 * Asks the station that runs on a data folder, for commands that need one.
 */
import type { Ask, FolderOption } from './ask-wherever.ts';
import { askStation } from './ask-station.ts';
import { loadCliConfig } from './cli-config.ts';
import { findRunningStation } from './find-station.ts';

/** @throws StationError SYS_001 when no station runs on the folder */
export function askRunning({ dataFolder: folder }: FolderOption): Ask {
  const { dataFolder } = loadCliConfig(folder === undefined ? [] : ['--data-folder', folder]);
  const { url } = findRunningStation(dataFolder);
  return (name, input) => askStation({ url, dataFolder, name, input });
}
