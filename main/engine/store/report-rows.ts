/**
 * Crossings in the order of time, page by page, for files of all rows.
 */
import type { Database } from 'better-sqlite3';
import { needRows } from './archived-time.ts';
import type { LedgerRow, RowsQuery } from './records.ts';
import { prepared } from './statements.ts';

/**
 * Oldest first: by time, then by id. A page that is not full is the last one.
 * @throws StationError ARC_002 when some are in the archive
 */
export function readRows(database: Database, query: RowsQuery): LedgerRow[] {
  needRows(database, 'crossings', query);
  const cameras = query.cameraIds === undefined ? null : JSON.stringify(query.cameraIds);
  const after = query.after ?? { at: query.from, id: 0 };
  return prepared<(string | number | null)[], LedgerRow>(
    database,
    `SELECT x.id, x.at_ms AS at, c.camera_id AS cameraId, l.line_id AS lineId, x.line_revision AS lineRevision,
       x.direction, x.label, x.score, x.epoch, x.track_id AS trackId, m.digest AS modelDigest, s.digest AS configDigest
     FROM crossings AS x INDEXED BY crossings_by_time
     JOIN ledger_lines AS l ON l.key = x.line_key
     JOIN ledger_cameras AS c ON c.key = l.camera_key
     JOIN ledger_digests AS m ON m.key = x.model_key
     JOIN ledger_digests AS s ON s.key = x.config_key
     WHERE x.at_ms >= ? AND (x.at_ms, x.id) > (?, ?) AND x.at_ms < ?
       AND (? IS NULL OR c.camera_id IN (SELECT value FROM json_each(?)))
     ORDER BY x.at_ms, x.id LIMIT ?`,
  ).all(after.at, after.at, after.id, query.to, cameras, cameras, query.limit);
}
