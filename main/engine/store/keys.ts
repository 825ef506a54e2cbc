/**
 * The short keys under which the ledger knows cameras, lines and digests. Called within a transaction: a key is not kept
 * in memory, because a roll-back would take it away again.
 */
import type { Database } from 'better-sqlite3';
import { assert } from '#engine/base/assert.ts';
import type { CameraId } from '#contract/camera.ts';
import type { LineId } from '#contract/counting.ts';
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
  const find = preparedValue<[number, string], number>(
    database,
    'SELECT key FROM ledger_lines WHERE camera_key = ? AND line_id = ?',
  );
  const key = find.get(camera, lineId);
  if (key !== undefined) return key;
  prepared<[number, string]>(
    database,
    'INSERT INTO ledger_lines (camera_key, line_id) VALUES (?, ?)',
  ).run(camera, lineId);
  return made(find.get(camera, lineId));
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
