/**
 * Restores a backup into a data folder: unpacked and checked there under another name first, then moved into place by
 * renames. What fails leaves the station that was there; a power cut between two of the renames leaves it in the folder
 * `before-restore-…`.
 */
import type { Database } from 'better-sqlite3';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { BackupManifest } from '#contract/backup.ts';
import { StationError } from '#contract/error.ts';
import type { Clock } from './base/clock.ts';
import { readArchive } from './backup/archive.ts';
import { configName, databaseName, keysName, noBackup, wholeFolders } from './backup/manifest.ts';
import { openText } from './backup/seal-text.ts';
import { importKeys } from './secrets/key-export.ts';
import { openDatabase } from './store/database.ts';
import { lockFolder } from './store/folder-lock.ts';

export interface RestoreWish {
  readonly file: string;
  readonly dataFolder: string;
  /** null leaves the keys of passwords in the backup */
  readonly passphrase: string | null;
  /** Whether a station that is there may be put aside */
  readonly mayReplace: boolean;
}

export interface Restored {
  readonly manifest: BackupManifest;
  /** Where the station that was there is now; null when there was none */
  readonly aside: string | null;
  /** Whether passwords can be read: else they must be entered again */
  readonly hasKeys: boolean;
}

/** What belongs to the database and goes aside with it. */
const databaseParts = [
  ...[databaseName, `${databaseName}-wal`, `${databaseName}-shm`, 'station.spool'],
  ...['audit.head', 'secret.key', configName],
];

/**
 * Rejects with BAK_001 when the file is no whole backup, BAK_002 when a station is there that may not be replaced, or the
 * passphrase is wrong, SYS_002 when its database is of a newer program, SYS_004 when a station runs on the folder or it
 * cannot be written, RES_004 when the disk is full. Nothing in the folder has changed then.
 */
export async function restoreBackup(wish: RestoreWish, clock: Clock): Promise<Restored> {
  const { file, dataFolder, mayReplace } = wish;
  const lock = lockFolder(dataFolder, clock.now());
  try {
    if (existsSync(path.join(dataFolder, databaseName)) && !mayReplace) {
      throw new StationError(
        'BAK_002',
        `There is a station in ${dataFolder} already. Choose another folder, or add --replace to put it aside.`,
      );
    }
    const work = await mkdtemp(path.join(dataFolder, '.restoring-'));
    try {
      const fresh = path.join(work, 'fresh');
      const manifest = await readArchive(file, fresh);
      const hasKeys = await prepareKeys(fresh, manifest, wish.passphrase);
      await prepareDatabase(path.join(fresh, databaseName), dataFolder);
      const aside = await moveIntoPlace(fresh, dataFolder, clock);
      return { manifest, aside, hasKeys };
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  } finally {
    lock.release();
  }
}

async function prepareKeys(
  fresh: string,
  { hasKeys }: BackupManifest,
  passphrase: string | null,
): Promise<boolean> {
  const sealed = path.join(fresh, keysName);
  if (!hasKeys) return false;
  if (passphrase !== null) importKeys(fresh, openText(await readFile(sealed, 'utf8'), passphrase));
  await rm(sealed);
  return passphrase !== null;
}

/** Opens it as a station would, which checks and migrates it; then its models are where this folder has them. */
async function prepareDatabase(file: string, dataFolder: string): Promise<void> {
  if (!existsSync(file)) throw noBackup('it has no database');
  const database = openDatabase({ file, role: 'writer' });
  try {
    moveModels(database, path.join(dataFolder, 'models'));
    // Recordings are not in a backup, and processes on this PC must not be taken for those of the other one.
    database.exec(`DELETE FROM recording_segments; DELETE FROM settings WHERE key = 'owner'`);
    database.pragma('wal_checkpoint(TRUNCATE)');
    database.pragma('journal_mode = DELETE');
  } finally {
    database.close();
  }
  for (const ending of ['-wal', '-shm']) await rm(`${file}${ending}`, { force: true });
}

/** A version lies in the folder of its digest, wherever that is. */
function moveModels(database: Database, root: string): void {
  const move = database.prepare<[string, string]>('UPDATE models SET path = ? WHERE digest = ?');
  const models = database
    .prepare<[], { digest: string; path: string }>('SELECT digest, path FROM models')
    .all();
  for (const { digest, path: old } of models) {
    const names = old.split(/[\\/]/);
    const at = names.lastIndexOf('models');
    // What lies elsewhere, such as the model that comes with the program, is found by its station at its start.
    if (at >= 0) move.run(path.join(root, ...names.slice(at + 1)), digest);
  }
}

/**
 * The models come first: they lie by their digests and change nothing that is there. Then what there was goes aside, and the
 * database, which makes it a station, comes last.
 */
async function moveIntoPlace(
  fresh: string,
  dataFolder: string,
  clock: Clock,
): Promise<string | null> {
  for (const folder of wholeFolders)
    await mergeFolder(path.join(fresh, folder), path.join(dataFolder, folder));
  const old = databaseParts.filter((name) => existsSync(path.join(dataFolder, name)));
  const stamp = new Date(clock.now()).toISOString().slice(0, 19).replaceAll(':', '-');
  const aside = old.length === 0 ? null : path.join(dataFolder, `before-restore-${stamp}`);
  const moved: string[] = [];
  const placed: string[] = [];
  try {
    if (aside !== null) await mkdir(aside);
    for (const name of old) {
      await rename(path.join(dataFolder, name), path.join(aside ?? '', name));
      moved.push(name);
    }
    for (const name of [configName, 'secret.key', databaseName]) {
      const from = path.join(fresh, name);
      if (!existsSync(from)) continue;
      await rename(from, path.join(dataFolder, name));
      placed.push(name);
    }
    return aside;
  } catch (cause) {
    for (const name of placed) await rm(path.join(dataFolder, name), { force: true });
    for (const name of moved) {
      await rename(path.join(aside ?? '', name), path.join(dataFolder, name)).catch(
        () => undefined,
      );
    }
    throw new StationError(
      'SYS_004',
      `${dataFolder} cannot be written (${String(cause)}). What was there is there again.`,
      { cause },
    );
  }
}

/** Versions of models lie by their digests, so what is there under the same name is the same, or damaged. */
async function mergeFolder(from: string, to: string): Promise<void> {
  if (!existsSync(from)) return;
  await mkdir(to, { recursive: true });
  for (const name of await readdir(from)) {
    const target = path.join(to, name);
    if (existsSync(target)) await cp(path.join(from, name), target, { recursive: true });
    else await rename(path.join(from, name), target);
  }
}
