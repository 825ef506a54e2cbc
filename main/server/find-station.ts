/**
 * Finds the station that runs on a data folder, by the note that it leaves there.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { StationError } from '#contract/error.ts';

const StationNote = z.object({ pid: z.number().int(), url: z.url().nullable() });

/** @throws StationError SYS_001 when no station runs on this folder */
export function findRunningStation(dataFolder: string): {
  readonly pid: number;
  readonly url: string;
} {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path.join(dataFolder, 'station.json'), 'utf8'));
  } catch (cause) {
    throw notRunning(dataFolder, cause);
  }
  const note = StationNote.safeParse(value);
  if (!note.success || note.data.url === null || !isAlive(note.data.pid)) {
    throw notRunning(dataFolder, note.error);
  }
  return { pid: note.data.pid, url: note.data.url };
}

function notRunning(dataFolder: string, cause: unknown): StationError {
  return new StationError(
    'SYS_001',
    `No station runs on ${dataFolder}: start one with "tallywatch serve", or name its folder with --data-folder.`,
    { cause },
  );
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
