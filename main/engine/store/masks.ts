/**
 * Table of privacy masks.
 */
import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import type { CameraId } from '#contract/camera.ts';
import { StationError } from '#contract/error.ts';
import { Point } from '#contract/geometry.ts';
import type { MaskId, PrivacyMask } from '#contract/mask.ts';
import { noCamera } from './cameras.ts';
import { parseJson } from './rows.ts';
import { prepared, preparedValue } from './statements.ts';

interface MaskRow {
  readonly mask_id: string;
  readonly camera_id: string;
  readonly name: string;
  readonly points: string;
}

const Points = z.array(Point);

/** Masks of one camera or of all, by id. */
export function listMasks(database: Database, cameraId: CameraId | null): PrivacyMask[] {
  return prepared<[string | null], MaskRow>(
    database,
    'SELECT * FROM privacy_masks WHERE camera_id = coalesce(?, camera_id) ORDER BY mask_id',
  )
    .all(cameraId)
    .map(toMask);
}

/**
 * Adds a mask or changes one.
 * @throws StationError REQ_002 when there is no such camera, REQ_003 when the mask is on another one
 */
export function saveMask(database: Database, mask: PrivacyMask, now: number): void {
  const { id, cameraId, name, points } = mask;
  const camera = preparedValue<[string], number>(database, 'SELECT 1 FROM cameras WHERE id = ?');
  if (camera.get(cameraId) === undefined) throw noCamera(cameraId);
  const before = maskRow(database, id);
  if (before !== undefined && before.camera_id !== cameraId) {
    throw new StationError(
      'REQ_003',
      `The mask "${id}" is on camera "${before.camera_id}". Choose another id.`,
      { path: 'id' },
    );
  }
  prepared<[string, string, string, string, number]>(
    database,
    `INSERT INTO privacy_masks (mask_id, camera_id, name, points, saved_at_ms) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (mask_id) DO UPDATE SET name = excluded.name, points = excluded.points,
       saved_at_ms = excluded.saved_at_ms`,
  ).run(id, cameraId, name, JSON.stringify(points), now);
}

/** Returns the mask as it was. @throws StationError REQ_002 when there is none */
export function removeMask(database: Database, id: MaskId): PrivacyMask {
  const row = maskRow(database, id);
  if (row === undefined) throw new StationError('REQ_002', `There is no privacy mask "${id}".`);
  prepared<[string]>(database, 'DELETE FROM privacy_masks WHERE mask_id = ?').run(id);
  return toMask(row);
}

function maskRow(database: Database, id: MaskId): MaskRow | undefined {
  return prepared<[string], MaskRow>(database, 'SELECT * FROM privacy_masks WHERE mask_id = ?').get(
    id,
  );
}

function toMask(row: MaskRow): PrivacyMask {
  return {
    id: row.mask_id,
    cameraId: row.camera_id,
    name: row.name,
    points: parseJson(Points, row.points, `privacy mask "${row.mask_id}"`),
  };
}
