/**
 * The key with which the command line of the station's own PC is let in: a file that only the user of the station can
 * read. Whoever can read it can read the database too, so it opens nothing that was closed.
 */
import { chmodSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { StationError } from '#contract/error.ts';

/** @throws StationError SYS_004 when the data folder cannot be written */
export function writeLocalKey(folder: string, key: string): void {
  const file = keyFile(folder);
  try {
    writeFileSync(`${file}.new`, key, { mode: 0o600 });
    // The mode above is for new files only.
    chmodSync(`${file}.new`, 0o600);
    renameSync(`${file}.new`, file);
  } catch (cause) {
    throw new StationError(
      'SYS_004',
      `The data folder ${folder} cannot be written: give this user the right to write it.`,
      { cause },
    );
  }
}

/** The key of the station that runs on this folder; null when there is none or it belongs to another user. */
export function readLocalKey(folder: string): string | null {
  try {
    return readFileSync(keyFile(folder), 'utf8').trim();
  } catch {
    return null;
  }
}

export function removeLocalKey(folder: string): void {
  rmSync(keyFile(folder), { force: true });
}

function keyFile(folder: string): string {
  return path.join(folder, 'local.key');
}
