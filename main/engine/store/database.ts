/**
 * Opens the database: checks that it is ours and sound, brings it to the present form, and sets how it writes.
 */
import Database from 'better-sqlite3';
import { StationError } from '#contract/error.ts';
import { migrations } from './migrations/all.ts';
import type { Migration } from './migrations/migration.ts';
import { withAdvice } from './sqlite-error.ts';

/** 'TALY': marks the file as ours, so that another program's database is refused rather than changed. */
const applicationId = 0x54414c59;
/** How long a statement waits for another process before the rows go to the spool. */
export const busyTimeoutMs = 1_000;
/** A whole check reads the whole file; above this size only the small tables are checked at the start. */
const wholeCheckBytes = 64 * 1024 * 1024;
/** What the WAL is cut to after a large transaction. */
const walBytes = 32 * 1024 * 1024;
/** How long pages are kept that nobody may read again. */
const keptPagesMs = 120_000;
/** The only tables that grow without limit. */
const largeTables = new Set(['crossings', 'trajectory_blocks', 'trajectory_parts']);

export interface OpenOptions {
  readonly file: string;
  readonly role: 'writer' | 'reader';
  /** The steps to apply; only a test gives others */
  readonly steps?: readonly Migration[];
}

/**
 * Opens the database of a station. A writer makes it where it is missing and migrates it; a reader only reads.
 * @throws StationError SYS_002 (damaged, not ours, newer, locked, not allowed) or RES_004 (disk full)
 */
export function openDatabase({ file, role, steps = migrations }: OpenOptions): Database.Database {
  return withAdvice(file, () => {
    const database = new Database(file, { readonly: role === 'reader', timeout: busyTimeoutMs });
    try {
      if (role === 'writer') prepareForWriting(database, steps);
      database.pragma('foreign_keys = ON');
      database.pragma('cache_size = -32000');
      return database;
    } catch (error) {
      database.close();
      throw error;
    }
  });
}

/**
 * Gives back the pages that a connection keeps in memory, every two minutes; what it returns ends that. What is appended is never read
 * by who wrote it, so that the writer would keep up to 32 MB of it, and seem to lose as much over hours.
 */
export function keepFewPages(database: Database.Database): () => void {
  const timer = setInterval(() => database.pragma('shrink_memory'), keptPagesMs).unref();
  return () => clearInterval(timer);
}

function prepareForWriting(database: Database.Database, steps: readonly Migration[]): void {
  refuseForeign(database, steps.at(-1)?.version ?? 0);
  database.pragma('journal_mode = WAL');
  // The default of this build is NORMAL under WAL, which may lose the last commits at a power cut.
  database.pragma('synchronous = FULL');
  database.pragma(`journal_size_limit = ${String(walBytes)}`);
  check(database);
  const version = schemaVersion(database);
  for (const step of steps) if (step.version > version) migrate(database, step);
}

/** The number of the last migration that was applied. */
export function schemaVersion(database: Database.Database): number {
  return Number(database.pragma('user_version', { simple: true }));
}

function refuseForeign(database: Database.Database, known: number): void {
  const version = schemaVersion(database);
  const owner = Number(database.pragma('application_id', { simple: true }));
  const tables = Number(database.prepare('SELECT count(*) FROM sqlite_schema').pluck().get());
  if (owner !== applicationId && (owner !== 0 || version !== 0 || tables !== 0)) {
    throw new StationError(
      'SYS_002',
      `${database.name} belongs to another program. Choose another data folder, or move that file away.`,
    );
  }
  if (version > known) {
    throw new StationError(
      'SYS_002',
      `The database ${database.name} was written by a newer Tallywatch (form ${version}, this program knows ${known}). Install that version or a newer one, or choose another data folder.`,
    );
  }
}

function migrate(database: Database.Database, step: Migration): void {
  const apply = database.transaction(() => {
    database.exec(step.sql);
    database.pragma(`user_version = ${String(step.version)}`);
    database.pragma(`application_id = ${String(applicationId)}`);
  });
  apply.immediate();
}

/** Looks for damage. @throws StationError SYS_002 naming the first */
function check(database: Database.Database): void {
  const pages = Number(database.pragma('page_count', { simple: true }));
  const pageBytes = Number(database.pragma('page_size', { simple: true }));
  const scope =
    pages * pageBytes <= wholeCheckBytes
      ? ['']
      : tableNames(database)
          .filter((name) => !largeTables.has(name))
          .map((name) => `(${name})`);
  for (const part of scope) {
    const finding = String(database.pragma(`quick_check${part}`, { simple: true }));
    if (finding !== 'ok') throw damaged(database.name, finding);
  }
}

function tableNames(database: Database.Database): string[] {
  return database
    .prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table'")
    .pluck()
    .all();
}

function damaged(file: string, finding: string): StationError {
  return new StationError(
    'SYS_002',
    `The database ${file} is damaged (${finding.split('\n')[0] ?? ''}). Stop the station, keep a copy of the file, then put back a backup or move it away to start with an empty one.`,
  );
}
