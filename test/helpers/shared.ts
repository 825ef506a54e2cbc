/**
 * Finds the real test material beside the repository (`../shared/data`), which is never part of it.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');
const folder = process.env['TALLYWATCH_SHARED'] ?? path.resolve(root, '../shared/data');

/** Path of a file or folder of the shared material, or null where it is absent. */
export function sharedPath(name: string): string | null {
  const full = path.join(folder, name);
  return existsSync(full) ? full : null;
}

/** Whether the shared material is there; for `describe.skipIf(!hasShared)`. */
export const hasShared = existsSync(folder);

/** The text that a skipped test shows. */
export const sharedMissing = `needs the shared material in ${folder}`;
