/**
 * Finds the station that runs on a data folder, by the note that it leaves there and the lock that it holds.
 */
import path from 'node:path';
import { StationError } from '#contract/error.ts';
import { findStation } from '#engine/store/folder-lock.ts';

/** @throws StationError SYS_001 when no station runs on this folder */
export function findRunningStation(dataFolder: string): { readonly url: string } {
  const station = findStation(dataFolder);
  if (station?.url) return { url: station.url };
  throw new StationError(
    'SYS_001',
    `No station runs on ${dataFolder}: start one with "tallywatch serve", or name its folder with --data-folder.`,
  );
}

/** Where the station of a data folder answers; null when none runs. */
export function runningUrl(dataFolder: string): string | null {
  try {
    return findRunningStation(path.resolve(dataFolder)).url;
  } catch {
    return null;
  }
}
