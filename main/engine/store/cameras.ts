/**
 * Table of cameras: their settings, the source in its own column.
 */
import type { Database } from 'better-sqlite3';
import { type CameraId, CameraSettings } from '#contract/camera.ts';
import type { Line } from '#contract/counting.ts';
import { StationError } from '#contract/error.ts';
import { noteCause } from './coverage.ts';
import { flows } from './flows.ts';
import { listLines, removeLine } from './lines.ts';
import type { StoredCamera } from './records.ts';
import { fieldsOf, parseStored } from './rows.ts';
import { prepared } from './statements.ts';
import { removeZone, zones } from './zones.ts';

interface CameraRow {
  readonly id: string;
  readonly source: string;
  readonly settings: string;
  readonly sealed_source: string | null;
}

/** In the order in which they were added. */
export function listCameras(database: Database): StoredCamera[] {
  const rows = prepared<[], CameraRow>(
    database,
    'SELECT id, source, settings, sealed_source FROM cameras ORDER BY position',
  );
  return rows.all().map(toSettings);
}

export function getCamera(database: Database, id: CameraId): StoredCamera | null {
  const row = prepared<[string], CameraRow>(
    database,
    'SELECT id, source, settings, sealed_source FROM cameras WHERE id = ?',
  ).get(id);
  return row === undefined ? null : toSettings(row);
}

/**
 * Adds a camera; its coverage begins at `now` (Unix time in ms).
 * @throws StationError REQ_003 when the id is taken
 */
export function addCamera(database: Database, settings: StoredCamera, now: number): void {
  const added = prepared<[string, string, string, string | null]>(
    database,
    `INSERT INTO cameras (id, source, settings, sealed_source) VALUES (?, ?, ?, ?)
     ON CONFLICT (id) DO NOTHING`,
  ).run(settings.id, settings.source, withoutSource(settings), settings.sealedSource ?? null);
  if (added.changes === 0) {
    throw new StationError(
      'REQ_003',
      `There is a camera "${settings.id}" already. Choose another id.`,
      { path: 'id' },
    );
  }
  noteCause(database, { cameraId: settings.id, cause: 'unknown', from: now });
}

/** @throws StationError REQ_002 when there is none */
export function updateCamera(database: Database, settings: StoredCamera): void {
  const changed = prepared<[string, string, string | null, string]>(
    database,
    'UPDATE cameras SET source = ?, settings = ?, sealed_source = ? WHERE id = ?',
  ).run(settings.source, withoutSource(settings), settings.sealedSource ?? null, settings.id);
  if (changed.changes === 0) throw noCamera(settings.id);
}

/**
 * Removes a camera with its lines, zones and flows at `now`; rows of the ledger stay.
 * @returns the lines that went with it
 * @throws StationError REQ_002 when there is none
 */
export function removeCamera(database: Database, id: CameraId, now: number): Line[] {
  const removed = prepared<[string]>(database, 'DELETE FROM cameras WHERE id = ?').run(id);
  if (removed.changes === 0) throw noCamera(id);
  noteCause(database, { cameraId: id, cause: 'camera-absent', from: now });
  for (const flow of flows.list(database, id)) flows.remove(database, flow.id, now);
  for (const zone of zones.list(database, id)) removeZone(database, zone.id, now);
  return listLines(database, id).map((line) => removeLine(database, line.id, now));
}

/** The error for a camera that does not exist. */
export function noCamera(id: CameraId): StationError {
  return new StationError('REQ_002', `There is no camera "${id}". Add it first.`, {
    path: 'cameraId',
  });
}

/** What goes into the JSON column. */
const SettingsColumn = CameraSettings.omit({ id: true, source: true });

function withoutSource(settings: CameraSettings): string {
  return JSON.stringify(SettingsColumn.parse(settings));
}

function toSettings(row: CameraRow): StoredCamera {
  const value = { ...fieldsOf(row.settings), id: row.id, source: row.source };
  const settings = parseStored(CameraSettings, value, `camera "${row.id}"`);
  return row.sealed_source === null ? settings : { ...settings, sealedSource: row.sealed_source };
}
