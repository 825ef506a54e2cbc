/**
 * Table of rehearsals: what was found before a model was made to count.
 */
import type { Database } from 'better-sqlite3';
import { RehearsalReport, type Rehearsal } from '#contract/rehearsal.ts';
import { requireModel } from './model-history.ts';
import { parseJson } from './rows.ts';
import { prepared } from './statements.ts';

interface RehearsalRow {
  readonly id: number;
  readonly at_ms: number;
  readonly report: string;
}

/**
 * Adds a report as of `now` (Unix time in ms).
 * @throws StationError MODEL_001 when its model is not in the registry
 */
export function addRehearsal(database: Database, report: RehearsalReport, now: number): Rehearsal {
  requireModel(database, report.digest);
  const { lastInsertRowid } = prepared<[string, number, string]>(
    database,
    'INSERT INTO model_rehearsals (digest, at_ms, report) VALUES (?, ?, ?)',
  ).run(report.digest, now, JSON.stringify(report));
  return { id: Number(lastInsertRowid), at: now, report };
}

/** Newest first. */
export function listRehearsals(
  database: Database,
  query: { readonly digest?: string | undefined; readonly limit: number },
): Rehearsal[] {
  const rows = prepared<[string | null, number], RehearsalRow>(
    database,
    `SELECT id, at_ms, report FROM model_rehearsals WHERE digest = coalesce(?, digest)
     ORDER BY id DESC LIMIT ?`,
  ).all(query.digest ?? null, query.limit);
  return rows.map(({ id, at_ms: at, report }) => ({
    id,
    at,
    report: parseJson(RehearsalReport, report, `rehearsal ${String(id)}`),
  }));
}
