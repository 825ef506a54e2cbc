/**
 * Table of the boundaries between models: from which frame on which model counted on a camera.
 */
import type { Database } from 'better-sqlite3';
import type { CameraId } from '#contract/camera.ts';
import type { ModelBoundary } from '#contract/counting.ts';
import { cameraKey, digestKey } from './keys.ts';
import { prepared } from './statements.ts';

/** Which model saw a frame at `at` (Unix time in ms). */
export interface SeenBy {
  readonly cameraId: CameraId;
  readonly digest: string;
  readonly at: number;
}

/** Marks a boundary where another model has seen the newest frame. Older frames, as of a spool, change nothing. */
export function noteModel(database: Database, { cameraId, digest, at }: SeenBy): void {
  const camera = cameraKey(database, cameraId);
  const newest = prepared<[number], { digest: string; at: number }>(
    database,
    `SELECT d.digest, b.at_ms AS at FROM model_boundaries AS b
     JOIN ledger_digests AS d ON d.key = b.model_key
     WHERE b.camera_key = ? ORDER BY b.at_ms DESC LIMIT 1`,
  ).get(camera);
  if (newest && (newest.digest === digest || newest.at >= at)) return;
  prepared<[number, number, number]>(
    database,
    'INSERT INTO model_boundaries (camera_key, at_ms, model_key) VALUES (?, ?, ?)',
  ).run(camera, at, digestKey(database, digest));
}

export interface BoundaryQuery {
  /** Unix time in ms, inclusive */
  readonly from: number;
  /** Unix time in ms, exclusive */
  readonly to: number;
  readonly cameraId?: CameraId | undefined;
}

interface BoundaryRow {
  readonly cameraId: CameraId;
  readonly at: number;
  readonly digest: string;
  readonly former: string | null;
}

/** In the order of time. The first model of a camera is no change. */
export function listBoundaries(database: Database, query: BoundaryQuery): ModelBoundary[] {
  const rows = prepared<[string | null, number, number], BoundaryRow>(
    database,
    `SELECT * FROM (
       SELECT c.camera_id AS cameraId, b.at_ms AS at, d.digest AS digest,
         lag(d.digest) OVER (PARTITION BY b.camera_key ORDER BY b.at_ms) AS former
       FROM model_boundaries AS b
       JOIN ledger_cameras AS c ON c.key = b.camera_key
       JOIN ledger_digests AS d ON d.key = b.model_key
       WHERE c.camera_id = coalesce(?, c.camera_id)
     ) WHERE at >= ? AND at < ? ORDER BY at, cameraId`,
  ).all(query.cameraId ?? null, query.from, query.to);
  return rows.flatMap(({ former, ...row }) => (former === null ? [] : [{ ...row, former }]));
}
