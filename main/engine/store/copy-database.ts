/**
 * Copies the database of a station that runs, as it is at one moment, by SQLite's online backup.
 */
import Database from 'better-sqlite3';
import { rmSync } from 'node:fs';
import { StationError } from '#contract/error.ts';
import { busyTimeoutMs, schemaVersion } from './database.ts';
import { withFileAdvice } from './file-error.ts';
import { withAdvice } from './sqlite-error.ts';

/** Pages copied in one step, 4 MB */
const stepPages = 1_000;

export interface DatabaseCopy {
  readonly bytes: number;
  /** Number of the last migration that was applied to it */
  readonly form: number;
}

/**
 * Copies `file` to `target`, which must not exist, as one file without a log beside it, and checks the copy. What is
 * written meanwhile is not in it: the copy is made inside a read transaction. Without one every crossing that is written
 * would make SQLite begin anew, and a busy station would never be copied.
 * Rejects with SYS_002 when the database cannot be read or is damaged, RES_004 when the disk is full.
 */
export async function copyDatabase(file: string, target: string): Promise<DatabaseCopy> {
  const source = withAdvice(
    file,
    () => new Database(file, { readonly: true, fileMustExist: true, timeout: busyTimeoutMs }),
  );
  try {
    withAdvice(file, () => {
      source.exec('BEGIN');
      source.prepare('SELECT count(*) FROM sqlite_schema').get();
    });
    await source.backup(target, { progress: () => stepPages });
    return finish(target);
  } catch (error) {
    rmSync(target, { force: true });
    return withFileAdvice(target, () =>
      withAdvice(file, () => {
        throw error;
      }),
    );
  } finally {
    source.close();
  }
}

/** One file, without a log beside it, that was looked at. */
function finish(target: string): DatabaseCopy {
  const copy = new Database(target);
  try {
    copy.pragma('journal_mode = DELETE');
    const finding = String(copy.pragma('quick_check', { simple: true }));
    if (finding !== 'ok') {
      throw new StationError(
        'SYS_002',
        `The copy of the database is damaged (${finding.split('\n')[0] ?? ''}): check the disk and the memory of this PC.`,
      );
    }
    const bytes =
      Number(copy.pragma('page_count', { simple: true })) *
      Number(copy.pragma('page_size', { simple: true }));
    return { bytes, form: schemaVersion(copy) };
  } finally {
    copy.close();
  }
}

/** The number of the last migration of a database that no station uses; 0 when there is none. @throws StationError SYS_002 */
export function databaseForm(file: string): number {
  return withAdvice(file, () => {
    let database: Database.Database;
    try {
      database = new Database(file, { readonly: true, fileMustExist: true });
    } catch (error) {
      if ((error as { code?: string }).code === 'SQLITE_CANTOPEN') return 0;
      throw error;
    }
    try {
      return schemaVersion(database);
    } finally {
      database.close();
    }
  });
}
