/**
 * Every place of the database that holds a secret, as one list: sealed addresses of cameras, secrets of channels, the key
 * of the store of models, the password of the central database.
 */
import type { Database } from 'better-sqlite3';
import type { SecretChange, StoredSecret } from './records.ts';
import { prepared } from './statements.ts';

/** Setting of the remote store of models, and its field that is a secret. */
export const modelStoreKey = 'models.remote';
/** Setting of the central database of many stations; its field `password` is a secret. */
export const centralKey = 'central';

/** Settings that hold a secret, with where in them it lies. */
const settingSecrets = [
  { place: 'model-store', key: modelStoreKey, field: '$.secretAccessKey' },
  { place: 'central', key: centralKey, field: '$.password' },
] as const;

/** Sealed or, where an earlier program wrote it, plain. For a plain camera it is the whole address. */
export function listSecrets(database: Database): StoredSecret[] {
  const ofSettings = settingSecrets.map(
    ({ place, key, field }) =>
      `UNION ALL SELECT '${place}', key, json_extract(value, '${field}') FROM settings
       WHERE key = '${key}' AND json_extract(value, '${field}') IS NOT NULL`,
  );
  return prepared<[], StoredSecret>(
    database,
    `SELECT 'camera' AS place, id, coalesce(sealed_source, source) AS text FROM cameras
     UNION ALL SELECT 'channel', id, secret FROM notification_channels WHERE secret IS NOT NULL
     ${ofSettings.join('\n')}`,
  ).all();
}

/** Replaces secrets that are still as they were read. Call it in a transaction. @returns how many were replaced */
export function replaceSecrets(database: Database, changes: readonly SecretChange[]): number {
  return changes.reduce((sum, change) => sum + replaceSecret(database, change), 0);
}

function replaceSecret(
  database: Database,
  { place, id, before, sealed, shown }: SecretChange,
): number {
  switch (place) {
    case 'camera':
      return prepared<[string, string | null, string, string]>(
        database,
        `UPDATE cameras SET sealed_source = ?, source = coalesce(?, source)
         WHERE id = ? AND coalesce(sealed_source, source) = ?`,
      ).run(sealed, shown, id, before).changes;
    case 'channel':
      return prepared<[string, string, string]>(
        database,
        'UPDATE notification_channels SET secret = ? WHERE id = ? AND secret = ?',
      ).run(sealed, id, before).changes;
    case 'model-store':
    case 'central': {
      const field = settingSecrets.find((each) => each.place === place)?.field ?? '';
      return prepared<[string, string, string, string, string]>(
        database,
        `UPDATE settings SET value = json_set(value, ?, ?) WHERE key = ? AND json_extract(value, ?) = ?`,
      ).run(field, sealed, id, field, before).changes;
    }
  }
}

/** Above this size the file is not written anew: it would take minutes in which nothing is counted. */
const wholeBytes = 1_000_000_000;

/**
 * Removes what was deleted or replaced from the file and its log, not only from the tables.
 * @returns whether the file was written anew; a larger one still may hold old pages
 */
export function scrub(database: Database, wish: { readonly isWhole: boolean }): boolean {
  const bytes =
    Number(database.pragma('page_count', { simple: true })) *
    Number(database.pragma('page_size', { simple: true }));
  const isWhole = wish.isWhole && bytes <= wholeBytes;
  if (isWhole) database.exec('VACUUM');
  database.pragma('wal_checkpoint(TRUNCATE)');
  return isWhole;
}
