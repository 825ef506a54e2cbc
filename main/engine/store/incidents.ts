/**
 * Tables of incidents and of drills.
 */
import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import { CameraId } from '#contract/camera.ts';
import { Incident, type IncidentKind } from '#contract/recovery.ts';
import type { PruneStep } from './records.ts';
import { parseJson } from './rows.ts';
import { prepared } from './statements.ts';

/** An incident with the cameras that it may have cost. */
export const StoredIncident = z.object({ incident: Incident, cameras: z.array(CameraId) });
export type StoredIncident = z.infer<typeof StoredIncident>;

export interface IncidentQuery {
  readonly kind?: IncidentKind | undefined;
  /** Begun within [from, to), Unix ms */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly isOpen?: boolean | undefined;
  readonly limit: number;
}

/** Adds incidents or changes them. */
export function saveIncidents(database: Database, incidents: readonly StoredIncident[]): void {
  for (const stored of incidents) {
    const { id, kind, from, to } = stored.incident;
    prepared<[string, string, number, number | null, string]>(
      database,
      `INSERT INTO incidents (id, kind, from_ms, to_ms, body) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET to_ms = excluded.to_ms, body = excluded.body`,
    ).run(id, kind, from, to, JSON.stringify(stored));
  }
}

/** Newest first. */
export function listIncidents(
  database: Database,
  { kind, from, to, isOpen, limit }: IncidentQuery,
): StoredIncident[] {
  return prepared<(string | number | null)[], { readonly id: string; readonly body: string }>(
    database,
    `SELECT id, body FROM incidents
     WHERE kind = coalesce(?, kind)
       AND from_ms >= coalesce(?, from_ms) AND from_ms < coalesce(?, from_ms + 1)
       AND (? IS NULL OR (to_ms IS NULL) = ?)
     ORDER BY from_ms DESC, id LIMIT ?`,
  )
    .all(
      ...[kind ?? null, from ?? null, to ?? null],
      ...[isOpen === undefined ? null : 1, isOpen === true ? 1 : 0, limit],
    )
    .map(({ id, body }) => parseJson(StoredIncident, body, `incident "${id}"`));
}

/** Removes up to `limit` incidents that ended before a time, Unix ms. Returns their number. */
export function pruneIncidents(database: Database, { beforeMs, limit }: PruneStep): number {
  return prepared<[number, number]>(
    database,
    'DELETE FROM incidents WHERE id IN (SELECT id FROM incidents WHERE to_ms < ? LIMIT ?)',
  ).run(beforeMs, limit).changes;
}
