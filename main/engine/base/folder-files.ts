/**
 * Files below a folder: how many, how large, how old, and the removal of old ones.
 */
import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';

export interface FolderAmount {
  readonly rows: number;
  readonly bytes: number;
  /** Unix time in ms of the file that was not written for the longest time; null without files */
  readonly oldestAt: number | null;
}

interface FoundFile {
  readonly file: string;
  readonly bytes: number;
  readonly changedAt: number;
}

/** What lies below a folder and was last written before a time, Unix ms. A folder that is not there is empty. */
export async function folderAmount(folder: string, beforeMs = Infinity): Promise<FolderAmount> {
  const old = (await filesBelow(folder)).filter(({ changedAt }) => changedAt < beforeMs);
  return {
    rows: old.length,
    bytes: old.reduce((sum, { bytes }) => sum + bytes, 0),
    oldestAt:
      old.length === 0 ? null : Math.floor(Math.min(...old.map(({ changedAt }) => changedAt))),
  };
}

/**
 * Removes up to `limit` files that were last written before a time; `except` names one that stays.
 * @returns their number
 */
export async function removeOldFiles(
  folder: string,
  {
    beforeMs,
    limit,
    except,
  }: { readonly beforeMs: number; readonly limit: number; readonly except?: string },
): Promise<number> {
  const old = (await filesBelow(folder))
    .filter(({ file, changedAt }) => changedAt < beforeMs && file !== except)
    .slice(0, limit);
  for (const { file } of old) await rm(file, { force: true });
  return old.length;
}

async function filesBelow(folder: string): Promise<FoundFile[]> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const files: FoundFile[] = [];
  for (const name of names) {
    const file = path.join(folder, name);
    // It may be gone by now.
    const found = await stat(file).catch(() => null);
    if (found?.isFile()) files.push({ file, bytes: found.size, changedAt: found.mtimeMs });
  }
  return files;
}
