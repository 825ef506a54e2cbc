/**
 * What the start of the station means for the last update, before its database is opened: count the start of a version
 * that has not proven itself, take it back when it ended too often, and give the version before it a database that it knows.
 */
import { copyFileSync, existsSync, renameSync } from 'node:fs';
import path from 'node:path';
import { StationError } from '#contract/error.ts';
import type { Logger } from './base/log.ts';
import type { UpdateDriver } from './host.ts';
import { databaseForm } from './store/copy-database.ts';
import { newestForm } from './store/migrations/all.ts';
import { judgeStart, type StartVerdict, type TrialNote } from './update/trial.ts';
import { readTrialNote, updateFolder, writeTrialNote } from './update/trial-file.ts';

export interface UpdateStartDeps {
  readonly dataFolder: string;
  readonly version: string;
  readonly updates: UpdateDriver | null;
  readonly log: Logger;
  /** The form of database that this program knows; only a test gives another */
  readonly knownForm?: number;
}

/**
 * Resolves to what it means; the station goes on with it. Rejects with UPD_003 when this version was taken back: the app
 * is then about to end, and nothing may be opened.
 */
export async function beginAfterUpdate(deps: UpdateStartDeps): Promise<StartVerdict> {
  const { dataFolder, version, updates, log } = deps;
  const verdict = judgeStart(readTrialNote(dataFolder), version);
  if (verdict.kind === 'none') return verdict;
  if (verdict.kind === 'return' && (updates === null || !verdict.note.canReturn)) {
    log.error('the new version keeps ending, and the one before is not kept', { version });
    return { kind: 'none' };
  }
  if (verdict.kind === 'came-back') {
    putDatabaseBack(verdict.note, deps);
    log.warn('the version before the update is back', { version, reason: verdict.note.reason });
  }
  if (verdict.kind !== 'not-installed') writeTrialNote(dataFolder, verdict.note);
  if (verdict.kind !== 'return' || updates === null) return verdict;
  const { from, reason } = verdict.note;
  log.error('the new version is taken back', { version, reason });
  await updates.goBack(updateFolder(dataFolder), from);
  throw new StationError('UPD_003', `Version ${version} is taken back: ${reason}.`);
}

/**
 * Opens the station after `beginAfterUpdate`. A new version that cannot open it is taken back at once, unless the data
 * folder is at fault (SYS_004), which no other version would mend. Rejects as `open` does.
 */
export async function startAfterUpdate<T>(
  deps: UpdateStartDeps,
  open: (verdict: StartVerdict) => Promise<T>,
): Promise<T> {
  const { dataFolder, version, updates, log } = deps;
  const verdict = await beginAfterUpdate(deps);
  try {
    return await open(verdict);
  } catch (error) {
    const { code, message } = StationError.from(error, 'SYS_001');
    if (verdict.kind !== 'watch' || code === 'SYS_004') throw error;
    const note: TrialNote = { ...verdict.note, state: 'returning', reason: message };
    writeTrialNote(dataFolder, note);
    log.error('the new version does not start', { version, code, reason: message });
    if (note.canReturn) await updates?.goBack(updateFolder(dataFolder), note.from);
    throw error;
  }
}

/**
 * A database that the new version has brought to a form which this one does not know is put aside, never removed, and the
 * copy from before the update takes its place. What was counted in between stays in the file that was put aside.
 */
function putDatabaseBack(
  note: TrialNote,
  { dataFolder, log, knownForm = newestForm }: UpdateStartDeps,
): void {
  const file = path.join(dataFolder, 'station.db');
  const copy = path.join(updateFolder(dataFolder), note.database);
  if (databaseForm(file) <= knownForm || !existsSync(copy)) return;
  const aside = path.join(updateFolder(dataFolder), `station-of-${note.to}.db`);
  copyFileSync(copy, `${file}.back`);
  for (const ending of ['-wal', '-shm', '']) {
    if (existsSync(`${file}${ending}`)) renameSync(`${file}${ending}`, `${aside}${ending}`);
  }
  renameSync(`${file}.back`, file);
  log.warn('the database from before the update is back', { aside });
}
