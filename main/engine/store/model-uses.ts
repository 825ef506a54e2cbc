/**
 * What names a model version, so that it must stay: the history of aliases, the ledger, versions made of it.
 */
import type { Database } from 'better-sqlite3';
import type { ModelUse } from './records.ts';
import { prepared } from './statements.ts';

interface UseRow {
  readonly digest: string;
  readonly in_ledger: number;
  readonly in_history: number;
}

/** One entry for each version in the registry. */
export function listUses(database: Database): ModelUse[] {
  // The ledger knows a digest only from the first crossing that names it, so the crossings need not be read.
  const rows = prepared<[], UseRow>(
    database,
    `SELECT m.digest,
       EXISTS (SELECT 1 FROM ledger_digests AS d WHERE d.digest = m.digest) AS in_ledger,
       EXISTS (SELECT 1 FROM model_history AS h WHERE h.digest = m.digest) AS in_history
     FROM models AS m WHERE m.removed_at_ms IS NULL`,
  ).all();
  const children = prepared<[], { parent: string; name: string }>(
    database,
    `SELECT l.parent, m.name || ' ' || m.version AS name
     FROM model_lineage AS l JOIN models AS m USING (digest)
     WHERE l.parent IS NOT NULL AND m.removed_at_ms IS NULL ORDER BY name`,
  ).all();
  return rows.map((row) => ({
    digest: row.digest,
    isInLedger: row.in_ledger === 1,
    isInHistory: row.in_history === 1,
    children: children.filter(({ parent }) => parent === row.digest).map(({ name }) => name),
  }));
}
