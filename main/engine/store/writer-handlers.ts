/**
 * What the writing thread does: one line per operation, each change in a transaction of its own.
 */
import type { Database } from 'better-sqlite3';
import { addCamera, removeCamera, updateCamera } from './cameras.ts';
import { noteAlive } from './coverage.ts';
import type { FolderLock } from './folder-lock.ts';
import type { Ledger } from './ledger.ts';
import { removeLine, saveLine } from './lines.ts';
import type { Handlers, WriterOperations } from './messages.ts';
import { assignAlias } from './model-history.ts';
import { tagModel, untagModel } from './model-tags.ts';
import { addModel, removeModel } from './models.ts';
import { removeSetting, setSetting } from './settings.ts';

export interface WriterParts {
  readonly database: Database;
  readonly ledger: Ledger;
  readonly lock: FolderLock;
  /** Number of this run of the station */
  readonly run: number;
}

export function writerHandlers(parts: WriterParts): Handlers<WriterOperations> {
  const { database, ledger, lock, run } = parts;

  function change<T>(work: () => T): T {
    return database.transaction(work).immediate();
  }

  function changeOnly(work: () => void): null {
    change(work);
    return null;
  }

  return {
    'cameras.add': (settings, now) => changeOnly(() => addCamera(database, settings, now)),
    'cameras.update': (settings) => changeOnly(() => updateCamera(database, settings)),
    'cameras.remove': (id, now) => change(() => removeCamera(database, id, now)),
    'lines.save': (definition, now) => change(() => saveLine(database, definition, now)),
    'lines.remove': (id, now) => change(() => removeLine(database, id, now)),
    'crossings.record': (records, now) => ledger.record(records, now),
    'checkpoints.beginEpoch': (cameraId, now) => ledger.beginEpoch(cameraId, now),
    'checkpoints.load': (cameraId) => ledger.loadCheckpoint(cameraId),
    'coverage.openGap': (gap, now) => {
      ledger.openGap(gap, now);
      return null;
    },
    'models.add': (model) => change(() => addModel(database, model)),
    'models.remove': (digest, now) => change(() => removeModel(database, digest, now)),
    'models.assign': (to, now) => changeOnly(() => assignAlias(database, to, now)),
    'models.tag': (tag, now) => change(() => tagModel(database, tag, now)),
    'models.untag': (tag) => changeOnly(() => untagModel(database, tag)),
    'settings.set': ({ key, value }, now) =>
      changeOnly(() => setSetting(database, { key, value, now })),
    'settings.remove': (key) => changeOnly(() => removeSetting(database, key)),
    announce: (url) => {
      lock.announce(url);
      return null;
    },
    alive: (_, now) => changeOnly(() => noteAlive(database, run, now)),
  };
}
