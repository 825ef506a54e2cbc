/**
 * What SQLite says, in the words of the person who must act. Only faults of the world are translated; a violated
 * constraint or wrong SQL is a bug of ours and stays as it is.
 */
import Database from 'better-sqlite3';
import { type ErrorCode, StationError } from '#contract/error.ts';

interface Advice {
  readonly code: ErrorCode;
  readonly sentence: (file: string) => string;
}

/** By primary result code; extended codes (`SQLITE_IOERR_WRITE`) have it as their beginning. */
const advice: Readonly<Record<string, Advice>> = {
  SQLITE_FULL: {
    code: 'RES_004',
    sentence: (file) => `The disk of ${file} is full. Free some space; writing goes on by itself.`,
  },
  SQLITE_BUSY: {
    code: 'SYS_002',
    sentence: (file) =>
      `The database ${file} is locked by another program. Close what has it open, for example a database viewer or a backup.`,
  },
  SQLITE_LOCKED: {
    code: 'SYS_002',
    sentence: (file) => `The database ${file} is locked. Close what else has it open.`,
  },
  SQLITE_READONLY: {
    code: 'SYS_002',
    sentence: (file) =>
      `The database ${file} is read-only. Give this user the right to write it and its folder.`,
  },
  SQLITE_CANTOPEN: {
    code: 'SYS_002',
    sentence: (file) =>
      `The database ${file} cannot be opened. Check that it is a file and that this user may read and write it and its folder.`,
  },
  SQLITE_PERM: {
    code: 'SYS_002',
    sentence: (file) => `This user may not use the database ${file}. Give it the right to write.`,
  },
  SQLITE_AUTH: {
    code: 'SYS_002',
    sentence: (file) => `This user may not use the database ${file}. Give it the right to write.`,
  },
  SQLITE_NOTADB: {
    code: 'SYS_002',
    sentence: (file) =>
      `${file} is not a database or is damaged at its start. Put back a backup, or move it away and start again with an empty one.`,
  },
  SQLITE_CORRUPT: {
    code: 'SYS_002',
    sentence: (file) =>
      `The database ${file} is damaged. Stop the station, keep a copy of the file, then put back a backup or move it away to start with an empty one.`,
  },
  SQLITE_IOERR: {
    code: 'SYS_002',
    sentence: (file) =>
      `Reading or writing the database ${file} failed. Check the disk and its cable or network share.`,
  },
  SQLITE_PROTOCOL: {
    code: 'SYS_002',
    sentence: (file) =>
      `The database ${file} cannot be locked. It must lie on a local disk, not on a network share.`,
  },
  SQLITE_NOLFS: {
    code: 'SYS_002',
    sentence: (file) => `The file system of ${file} cannot hold a file of this size. Use another.`,
  },
  SQLITE_TOOBIG: {
    code: 'SYS_002',
    sentence: (file) => `A value is too large for the database ${file}.`,
  },
  SQLITE_NOMEM: {
    code: 'RES_001',
    sentence: () => 'The memory of this machine is used up. Close other programs.',
  },
};

/** The fault of the world behind `error`, or null when it is none (a bug of ours, or no error of SQLite). */
export function worldFault(error: unknown, file: string): StationError | null {
  if (error instanceof StationError) return error;
  if (!(error instanceof Database.SqliteError)) return null;
  const primary = error.code.split('_').slice(0, 2).join('_');
  const found = advice[primary];
  if (found === undefined) return null;
  return new StationError(found.code, `${found.sentence(file)} (${error.code})`, { cause: error });
}

/** Runs `work`; a fault of the world comes out as a StationError. */
export function withAdvice<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw worldFault(error, file) ?? error;
  }
}
