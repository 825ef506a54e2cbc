/**
 * Table of the aliases' moves, append-only: who counts, who is tried and who counted before follow from it.
 */
import type { Database } from 'better-sqlite3';
import type { CameraId } from '#contract/camera.ts';
import { StationError } from '#contract/error.ts';
import type { ModelAlias } from '#contract/model.ts';
import { AliasCause } from '#contract/registry.ts';
import type { Activation, AliasChange, AliasEvent } from './records.ts';
import { parseStored } from './rows.ts';
import { prepared, preparedValue } from './statements.ts';

interface EventRow {
  readonly id: number;
  readonly alias: AliasChange['alias'];
  readonly camera_id: CameraId | null;
  readonly digest: string | null;
  readonly at_ms: number;
  readonly changed_by: string;
  readonly cause: string;
  readonly reason: string;
  readonly rehearsal_id: number | null;
  readonly skip_reason: string | null;
  readonly request_id: string | null;
}

/**
 * Moves an alias at `now` (Unix time in ms). A move to where it is already leaves no trace.
 * @throws StationError MODEL_001 when there is no such version
 */
export function assignAlias(database: Database, change: AliasChange, now: number): void {
  const { alias, cameraId, digest } = change;
  if (digest !== null) requireModel(database, digest);
  const newest = preparedValue<[string, string | null], string | null>(
    database,
    'SELECT digest FROM model_history WHERE alias = ? AND camera_id IS ? ORDER BY id DESC LIMIT 1',
  ).get(alias, cameraId);
  if ((newest ?? null) === digest) return;
  const { rehearsalId = null, skipReason = null, requestId = null } = change;
  prepared<(string | number | null)[]>(
    database,
    `INSERT INTO model_history
       (alias, camera_id, digest, at_ms, changed_by, cause, reason, rehearsal_id, skip_reason,
        request_id)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  ).run(
    ...[alias, cameraId, digest, now, change.by, change.cause, change.reason],
    ...[rehearsalId, skipReason, requestId],
  );
}

/** Every move of an alias, newest first. */
export function listHistory(database: Database): AliasEvent[] {
  const rows = prepared<[], EventRow>(database, 'SELECT * FROM model_history ORDER BY id DESC');
  return rows.all().map((row) => ({
    alias: row.alias,
    cameraId: row.camera_id,
    digest: row.digest,
    at: row.at_ms,
    by: row.changed_by,
    cause: parseStored(AliasCause, row.cause, `model history ${String(row.id)}`),
    reason: row.reason,
    ...(row.rehearsal_id === null ? {} : { rehearsalId: row.rehearsal_id }),
    ...(row.skip_reason === null ? {} : { skipReason: row.skip_reason }),
    ...(row.request_id === null ? {} : { requestId: row.request_id }),
  }));
}

/** When which model became the champion of the site, newest first. */
export function listActivations(database: Database): Activation[] {
  return listHistory(database).flatMap(({ alias, cameraId, digest, at }) =>
    alias === 'champion' && cameraId === null && digest !== null ? [{ digest, at }] : [],
  );
}

/** The aliases as they are now, by the digest that has them. */
export function currentAliases(database: Database): Map<string, ModelAlias[]> {
  const aliases = new Map<string, ModelAlias[]>();
  for (const [digest, alias] of namedNow(listHistory(database).reverse())) {
    aliases.set(digest, [...(aliases.get(digest) ?? []), alias]);
  }
  return aliases;
}

/**
 * Who is named by what after these moves, oldest first. `previous` is what counted before: for a camera that may have
 * been what the site counted with.
 */
export function namedNow(events: readonly AliasEvent[]): [digest: string, alias: ModelAlias][] {
  const named: [string, ModelAlias][] = [];
  const scopes = new Set(events.map(({ cameraId }) => cameraId));
  for (const cameraId of scopes) {
    let champion: string | null = null;
    let previous: string | null = null;
    let challenger: string | null = null;
    let ofSite: string | null = null;
    for (const event of events) {
      if (event.alias === 'challenger') {
        if (event.cameraId === cameraId) challenger = event.digest;
        continue;
      }
      if (event.cameraId === null) ofSite = event.digest;
      if (event.cameraId !== cameraId) continue;
      const before: string | null = champion ?? (cameraId === null ? null : ofSite);
      champion = event.digest;
      if (before !== null && before !== champion) previous = before;
    }
    if (champion !== null) {
      named.push([champion, { alias: 'champion', cameraId }]);
      if (previous !== null) named.push([previous, { alias: 'previous', cameraId }]);
    }
    if (challenger !== null) named.push([challenger, { alias: 'challenger', cameraId }]);
  }
  return named;
}

/** @throws StationError MODEL_001 when the version is not in the registry */
export function requireModel(database: Database, digest: string): void {
  const found = preparedValue<[string], number>(
    database,
    'SELECT 1 FROM models WHERE digest = ? AND removed_at_ms IS NULL',
  ).get(digest);
  if (found === undefined) {
    throw new StationError(
      'MODEL_001',
      `There is no model with the digest ${digest.slice(0, 12)}…. Import its file first.`,
    );
  }
}
