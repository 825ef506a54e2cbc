/**
 * What the reading thread does: one line per operation.
 */
import type { Database } from 'better-sqlite3';
import { getCamera, listCameras } from './cameras.ts';
import { queryCoverage } from './coverage.ts';
import { listCrossings } from './crossings.ts';
import { getLine, listLines, listRevisions } from './lines.ts';
import type { Handlers, ReaderOperations } from './messages.ts';
import { listActivations, listHistory } from './model-history.ts';
import { listUses } from './model-uses.ts';
import { getChampion, getModel, listModels } from './models.ts';
import { getSetting } from './settings.ts';
import { queryTallies } from './tallies.ts';

export function readerHandlers(database: Database): Handlers<ReaderOperations> {
  return {
    'cameras.list': () => listCameras(database),
    'cameras.get': (id) => getCamera(database, id),
    'lines.list': (cameraId) => listLines(database, cameraId),
    'lines.get': (id) => getLine(database, id),
    'lines.revisions': (id) => listRevisions(database, id),
    'crossings.list': (query) => listCrossings(database, query),
    'coverage.query': (query, now) => queryCoverage(database, query, now),
    'tallies.query': (query) => queryTallies(database, query),
    'models.list': () => listModels(database),
    'models.get': (digest) => getModel(database, digest),
    'models.champion': () => getChampion(database),
    'models.activations': () => listActivations(database),
    'models.history': () => listHistory(database),
    'models.uses': () => listUses(database),
    'settings.get': (key) => getSetting(database, key),
  };
}
