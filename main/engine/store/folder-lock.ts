/**
 * One station per data folder. The lock is one that the operating system frees when the process ends, however it ends:
 * an exclusive transaction on a small SQLite file. A JSON file beside it tells who holds it and at which address.
 */
import Database from 'better-sqlite3';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { StationError } from '#contract/error.ts';
import { withFileAdvice } from './file-error.ts';

/** Who holds a data folder. */
export const StationFile = z.object({
  pid: z.number().int(),
  /** Address of its page; null until it listens */
  url: z.string().nullable(),
  /** Unix time in ms */
  startedAt: z.number(),
});
export type StationFile = z.infer<typeof StationFile>;

export interface FolderLock {
  /** Writes the address into the folder. */
  announce(url: string): void;
  release(): void;
}

/** Longer than a question of `findStation` holds the lock. */
const lockWaitMs = 500;

/**
 * Takes a data folder for this process, making it where it is missing.
 * @param now Unix time in ms
 * @throws StationError SYS_004 when another station has it (named by process and address) or it cannot be written
 */
export function lockFolder(folder: string, now: number): FolderLock {
  const name = `The data folder ${folder}`;
  const write = (url: string | null) =>
    withFileAdvice(name, () => writeStationFile(folder, { pid: process.pid, url, startedAt: now }));
  withFileAdvice(name, () => mkdirSync(folder, { recursive: true }));
  const lock = takeLock(folder);
  try {
    write(null);
  } catch (error) {
    lock.close();
    throw error;
  }
  return {
    announce: write,
    release() {
      rmSync(stationFile(folder), { force: true });
      lock.close();
    },
  };
}

/** The station that runs on a data folder, or null when none does. Made for the command line. */
export function findStation(folder: string): StationFile | null {
  return isLocked(folder) ? readStationFile(folder) : null;
}

function takeLock(folder: string): Database.Database {
  const lock = openLock(folder);
  try {
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    lock.close();
    if (isBusy(error)) throw taken(folder, error);
    throw unusable(folder, error);
  }
}

function openLock(folder: string): Database.Database {
  try {
    return new Database(lockFile(folder), { timeout: lockWaitMs });
  } catch (error) {
    throw unusable(folder, error);
  }
}

function taken(folder: string, cause: unknown): StationError {
  const holder = readStationFile(folder);
  const where = holder?.url === null || holder === null ? '' : ` at ${holder.url}`;
  const who = holder === null ? 'Another station' : `The station with process id ${holder.pid}`;
  return new StationError(
    'SYS_004',
    `${who}${where} uses the data folder ${folder}. Stop it, or choose another data folder.`,
    { cause },
  );
}

function unusable(folder: string, cause: unknown): StationError {
  const code = cause instanceof Database.SqliteError ? cause.code : String(cause);
  if (code === 'SQLITE_FULL') {
    const sentence = `The disk of the data folder ${folder} is full. Free some space. (${code})`;
    return new StationError('RES_004', sentence, { cause });
  }
  return new StationError(
    'SYS_004',
    `The data folder ${folder} cannot be written. Give this user the right to write it, or choose another data folder. (${code})`,
    { cause },
  );
}

/** Asks by a read, which an exclusive transaction refuses and which takes nothing away from anybody. */
function isLocked(folder: string): boolean {
  let probe: Database.Database;
  try {
    probe = new Database(lockFile(folder), { readonly: true, fileMustExist: true, timeout: 0 });
  } catch (error) {
    // No folder or no file: nobody ever ran here.
    if (error instanceof Error) return false;
    throw error;
  }
  try {
    probe.prepare('SELECT count(*) FROM sqlite_schema').get();
    return false;
  } catch (error) {
    return isBusy(error);
  } finally {
    probe.close();
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY');
}

function writeStationFile(folder: string, station: StationFile): void {
  const target = stationFile(folder);
  writeFileSync(`${target}.new`, `${JSON.stringify(station)}\n`);
  renameSync(`${target}.new`, target);
}

function readStationFile(folder: string): StationFile | null {
  try {
    return StationFile.parse(JSON.parse(readFileSync(stationFile(folder), 'utf8')));
  } catch {
    // Written in one move, so unreadable means that somebody else has been at it: then the lock alone speaks.
    return null;
  }
}

function lockFile(folder: string): string {
  return path.join(folder, 'station.lock');
}

function stationFile(folder: string): string {
  return path.join(folder, 'station.json');
}
