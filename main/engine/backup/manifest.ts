/**
 * The description that stands first in a backup: sealed by a digest of itself, so that a changed one is seen.
 */
import { createHash } from 'node:crypto';
import { BackupManifest } from '#contract/backup.ts';
import { StationError } from '#contract/error.ts';
import { canonicalJson } from '#engine/base/hash-chain.ts';

export const backupEnding = '.twbackup';
export const manifestName = 'manifest.json';
export const databaseName = 'station.db';
export const keysName = 'secret.key.sealed';
export const configName = 'config.json';
/** Folders that go along whole: models by digest, and pictures that people have judged */
export const wholeFolders = ['models', 'golden'] as const;

const plainName = /^[A-Za-z0-9_][A-Za-z0-9 ._+-]*$/;
const longestPath = 240;
/** Names that Windows gives to devices, with any ending */
const device = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

export function sealManifest(rest: Omit<BackupManifest, 'digest'>): BackupManifest {
  return { ...rest, digest: digestOf(rest) };
}

/** @throws StationError BAK_001 when it is none, was changed, or names files that may not be written */
export function readManifest(text: string): BackupManifest {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw noBackup('its description cannot be read', cause);
  }
  const parsed = BackupManifest.safeParse(value);
  if (!parsed.success) throw noBackup('its description is not that of a backup', parsed.error);
  const { digest, ...rest } = parsed.data;
  if (digest !== digestOf(rest)) throw noBackup('its description was changed');
  const foreign = rest.files.find(({ path }) => !isBackupPath(path));
  if (foreign !== undefined) {
    throw noBackup(
      `it names a file ${JSON.stringify(foreign.path.slice(0, 80))} that is no part of a station`,
    );
  }
  return parsed.data;
}

export function noBackup(reason: string, cause?: unknown): StationError {
  return new StationError(
    'BAK_001',
    `The file cannot be used as a backup: ${reason}. Nothing was changed; take another copy of it.`,
    { cause },
  );
}

/** Whether a path may be in a backup: one of the known files, or a plain name below one of the known folders. */
export function isBackupPath(path: string): boolean {
  if ([databaseName, keysName, configName].includes(path)) return true;
  const names = path.split('/');
  return (
    names.length > 1 &&
    path.length <= longestPath &&
    wholeFolders.some((folder) => folder === names[0]) &&
    names.every((name) => plainName.test(name) && !device.test(name) && !/[. ]$/.test(name))
  );
}

function digestOf(rest: Omit<BackupManifest, 'digest'>): string {
  return createHash('sha256').update(canonicalJson(rest)).digest('hex');
}
