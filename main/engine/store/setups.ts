/**
 * With what each line was counted, kept by a trigger of the ledger.
 */
import type { Database } from 'better-sqlite3';
import type { LedgerSetup, LineQuery } from './records.ts';
import { prepared } from './statements.ts';

/** By camera, line and time of the first crossing. */
export function listSetups(database: Database, { cameraId, lineId }: LineQuery): LedgerSetup[] {
  return prepared<[string | null, string | null], LedgerSetup>(
    database,
    `SELECT c.camera_id AS cameraId, l.line_id AS lineId, s.line_revision AS lineRevision,
       m.digest AS modelDigest, g.digest AS configDigest, s.first_ms AS firstMs, s.last_ms AS lastMs
     FROM ledger_setups AS s
     JOIN ledger_lines AS l ON l.key = s.line_key
     JOIN ledger_cameras AS c ON c.key = l.camera_key
     JOIN ledger_digests AS m ON m.key = s.model_key
     JOIN ledger_digests AS g ON g.key = s.config_key
     WHERE c.camera_id = coalesce(?, c.camera_id) AND l.line_id = coalesce(?, l.line_id)
     ORDER BY c.camera_id, l.line_id, s.first_ms`,
  ).all(cameraId ?? null, lineId ?? null);
}
