/**
 * Which model has counted how much on a camera, minute by minute, from the ledger.
 */
import type { Database } from 'better-sqlite3';
import { prepared } from './statements.ts';

export interface ModelCrossingQuery {
  readonly cameraId: string;
  /** Unix times in ms: from the one up to, but without, the other */
  readonly from: number;
  readonly to: number;
}

/** Crossings of one model in one minute. */
export interface ModelCrossings {
  readonly digest: string;
  /** Start of the minute, Unix time in ms */
  readonly minute: number;
  readonly crossings: number;
}

/** In the order of time. */
export function countModelCrossings(
  database: Database,
  { cameraId, from, to }: ModelCrossingQuery,
): ModelCrossings[] {
  return prepared<[string, number, number], ModelCrossings>(
    database,
    `SELECT m.digest AS digest, x.at_ms / 60000 * 60000 AS minute, COUNT(*) AS crossings
     FROM ledger_cameras AS c
     JOIN ledger_lines AS l ON l.camera_key = c.key
     JOIN crossings AS x ON x.line_key = l.key
     JOIN ledger_digests AS m ON m.key = x.model_key
     WHERE c.camera_id = ? AND x.at_ms >= ? AND x.at_ms < ?
     GROUP BY 1, 2 ORDER BY 2, 1`,
  ).all(cameraId, from, to);
}
