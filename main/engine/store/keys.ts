/**
 * The short keys under which the ledger knows cameras, lines, zones, flows and digests. Called within a transaction: a key is not kept
 * in memory, because a roll-back would take it away again.
 */
import type { Database } from 'better-sqlite3';
import { assert } from '#engine/base/assert.ts';
import type { CameraId } from '#contract/camera.ts';
import type { LineId } from '#contract/counting.ts';
import type { FlowId } from '#contract/flow.ts';
import type { ZoneId } from '#contract/zone.ts';
import { prepared, preparedValue } from './statements.ts';

/** The key of a camera, made where it is missing. */
export function cameraKey(database: Database, cameraId: CameraId): number {
  const key = findCameraKey(database, cameraId);
  if (key !== null) return key;
  prepared<[string]>(database, 'INSERT INTO ledger_cameras (camera_id) VALUES (?)').run(cameraId);
  return made(findCameraKey(database, cameraId));
}

/** The key of a camera, or null when the ledger does not know it. */
export function findCameraKey(database: Database, cameraId: CameraId): number | null {
  const find = preparedValue<[string], number>(
    database,
    'SELECT key FROM ledger_cameras WHERE camera_id = ?',
  );
  return find.get(cameraId) ?? null;
}

/** The key of a line on a camera, made where it is missing. */
export function lineKey(database: Database, camera: number, lineId: LineId): number {
  return drawnKey(database, 'line', [camera, lineId]);
}

/** The key of a zone on a camera, made where it is missing. */
export function zoneKey(database: Database, camera: number, zoneId: ZoneId): number {
  return drawnKey(database, 'zone', [camera, zoneId]);
}

/** The key of a flow on a camera, made where it is missing. */
export function flowKey(database: Database, camera: number, flowId: FlowId): number {
  return drawnKey(database, 'flow', [camera, flowId]);
}

function drawnKey(
  database: Database,
  noun: 'line' | 'zone' | 'flow',
  place: readonly [camera: number, id: string],
): number {
  const find = preparedValue<[number, string], number>(
    database,
    `SELECT key FROM ledger_${noun}s WHERE camera_key = ? AND ${noun}_id = ?`,
  );
  const key = find.get(...place);
  if (key !== undefined) return key;
  prepared<[number, string]>(
    database,
    `INSERT INTO ledger_${noun}s (camera_key, ${noun}_id) VALUES (?, ?)`,
  ).run(...place);
  return made(find.get(...place));
}

/** The key of a SHA-256, made where it is missing. */
export function digestKey(database: Database, digest: string): number {
  const find = preparedValue<[string], number>(
    database,
    'SELECT key FROM ledger_digests WHERE digest = ?',
  );
  const key = find.get(digest);
  if (key !== undefined) return key;
  prepared<[string]>(database, 'INSERT INTO ledger_digests (digest) VALUES (?)').run(digest);
  return made(find.get(digest));
}

function made(key: number | null | undefined): number {
  assert(typeof key === 'number', 'a key was not made');
  return key;
}
