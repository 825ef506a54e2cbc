/**
 * Makes a backup: the database as it is at one moment, the models, the settings, and on wish the keys of passwords.
 */
import Database from 'better-sqlite3';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, statfs, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { BackupManifest } from '#contract/backup.ts';
import { StationError } from '#contract/error.ts';
import type { Clock } from './base/clock.ts';
import { type Packed, writeArchive } from './backup/archive.ts';
import {
  configName,
  databaseName,
  isBackupPath,
  keysName,
  sealManifest,
  wholeFolders,
} from './backup/manifest.ts';
import { sealText } from './backup/seal-text.ts';
import type { KeyGuard } from './host.ts';
import { digestFile } from './models/digest.ts';
import { exportKeys } from './secrets/key-export.ts';
import type { DatabaseCopy } from './store/copy-database.ts';

/** Left free on the disk beside the backup and the copy of the database that it is made from */
const reserveBytes = 256 * 1024 * 1024;

export interface BackupDeps {
  readonly dataFolder: string;
  readonly version: string;
  readonly guard: KeyGuard | null;
  readonly clock: Clock;
  readonly copyDatabase: (target: string) => Promise<DatabaseCopy>;
}

export interface BackupWish {
  /** The file to write; must not exist */
  readonly target: string;
  /** null leaves the keys of passwords out */
  readonly passphrase: string | null;
  readonly onShare?: (share: number) => void;
}

/**
 * Resolves to what is in it. Counting goes on meanwhile. Rejects with REQ_003 when the file exists, RES_004 without room,
 * SYS_002 when the database cannot be read, SYS_005 when a key cannot be taken along, SYS_004 when it cannot be written.
 */
export async function makeBackup(deps: BackupDeps, wish: BackupWish): Promise<BackupManifest> {
  const { dataFolder, version, clock } = deps;
  if ((await stat(wish.target).catch(() => null)) !== null) {
    throw new StationError('REQ_003', `${wish.target} is there already. Choose another name.`);
  }
  await mkdir(path.dirname(wish.target), { recursive: true });
  const work = await mkdtemp(path.join(path.dirname(wish.target), '.backup-'));
  try {
    const found = await findFiles(dataFolder);
    await requireRoom(dataFolder, path.dirname(wish.target), found);
    const database = path.join(work, databaseName);
    const { form } = await deps.copyDatabase(database);
    forgetWhatMustNotCome(database);
    const own = [{ path: databaseName, from: database }];
    const config = await readConfig(dataFolder);
    if (config !== null) own.push(await written(work, configName, config));
    const keys = wish.passphrase === null ? null : await exportKeys(dataFolder, deps.guard);
    if (keys !== null && wish.passphrase !== null) {
      own.push(await written(work, keysName, sealText(keys, wish.passphrase)));
    }
    const files: Packed[] = [];
    for (const { path: name, from } of [...own, ...found]) {
      const { size } = await stat(from);
      files.push({ path: name, from, bytes: size, digest: await digestFile(from) });
    }
    const manifest = sealManifest({
      ...{ product: 'tallywatch', form: 1, version, madeAt: clock.now(), databaseForm: form },
      hasKeys: keys !== null,
      files: files.map(({ path: name, bytes, digest }) => ({ path: name, bytes, digest })),
    });
    await writeArchive(wish.target, { manifest, files }, wish.onShare);
    return manifest;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Sessions of browsers end with a backup: one that was signed out must not come back. */
function forgetWhatMustNotCome(file: string): void {
  const database = new Database(file);
  try {
    database.pragma('secure_delete = ON');
    database.exec('DELETE FROM sessions');
  } finally {
    database.close();
  }
}

async function findFiles(dataFolder: string): Promise<{ path: string; from: string }[]> {
  const found: { path: string; from: string }[] = [];
  for (const folder of wholeFolders) {
    const root = path.join(dataFolder, folder);
    const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      const from = path.join(entry.parentPath, entry.name);
      const name = path.relative(dataFolder, from).split(path.sep).join('/');
      // What an import has not finished is no model yet.
      if (name.startsWith('models/incoming/') || !entry.isFile() || !isBackupPath(name)) continue;
      found.push({ path: name, from });
    }
  }
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** The settings file of the data folder without a password; null when there is none. */
async function readConfig(dataFolder: string): Promise<string | null> {
  const text = await readFile(path.join(dataFolder, configName), 'utf8').catch(() => null);
  if (text === null) return null;
  try {
    const { redisUrl, ...rest } = JSON.parse(text) as Record<string, unknown>;
    const hasPassword = typeof redisUrl === 'string' && redisUrl.includes('@');
    const kept = redisUrl === undefined || hasPassword ? rest : { ...rest, redisUrl };
    return `${JSON.stringify(kept, null, 2)}\n`;
  } catch (cause) {
    throw new StationError(
      'SYS_004',
      `The settings file in ${dataFolder} is not JSON: mend or remove it.`,
      { cause },
    );
  }
}

async function written(
  folder: string,
  name: string,
  text: string,
): Promise<{ path: string; from: string }> {
  const from = path.join(folder, name);
  await writeFile(from, text, { mode: 0o600 });
  return { path: name, from };
}

async function requireRoom(
  dataFolder: string,
  targetFolder: string,
  found: readonly { from: string }[],
): Promise<void> {
  const sizes = await Promise.all(
    [path.join(dataFolder, databaseName), ...found.map(({ from }) => from)].map(
      async (file) => (await stat(file).catch(() => ({ size: 0 }))).size,
    ),
  );
  const [database = 0] = sizes;
  const wanted = sizes.reduce((sum, size) => sum + size, database) + reserveBytes;
  const { bavail, bsize } = await statfs(targetFolder);
  if (bavail * bsize >= wanted) return;
  throw new StationError(
    'RES_004',
    `The backup needs up to ${megabytes(wanted)} in ${targetFolder}, and ${megabytes(bavail * bsize)} are free: make room, or write it to another disk.`,
  );
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`;
}
