/**
 * Tables of the site's occupancy: the state as of one crossing, the log of corrections, and the crossings that come after.
 */
import type { Database } from 'better-sqlite3';
import { LoggedCorrection } from '#contract/site-occupancy.ts';
import type { Direction } from '#contract/counting.ts';
import type { CorrectionQuery, DoorQuery, SiteChange, SiteState } from './records.ts';
import { fieldsOf, parseStored } from './rows.ts';
import { prepared, preparedValue } from './statements.ts';

/** null before anything was counted. */
export function loadSiteState(database: Database): SiteState | null {
  const row = prepared<[], { lastCrossingId: number; state: string }>(
    database,
    'SELECT last_crossing_id AS lastCrossingId, state FROM site_state',
  ).get();
  return row === undefined
    ? null
    : { lastCrossingId: row.lastCrossingId, state: fieldsOf(row.state) };
}

/**
 * Writes a state and the corrections that led to it, within the caller's transaction; `now` is Unix time in ms.
 * @returns the corrections as logged
 */
export function saveSiteChange(
  database: Database,
  change: SiteChange,
  now: number,
): LoggedCorrection[] {
  prepared<[number, string, number]>(
    database,
    `INSERT INTO site_state (id, last_crossing_id, state, changed_at_ms) VALUES (1, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET last_crossing_id = excluded.last_crossing_id, state = excluded.state,
       changed_at_ms = excluded.changed_at_ms`,
  ).run(change.lastCrossingId, JSON.stringify(change.state), now);
  return change.corrections.map((correction) => {
    const { lastInsertRowid } = prepared<(string | number)[]>(
      database,
      `INSERT INTO occupancy_corrections (at_ms, people_before, people_after, reason, note, done_by)
       VALUES (?, ?, ?, ?, ?, ?)`,
    ).run(
      correction.at,
      correction.before,
      correction.after,
      correction.reason,
      correction.note,
      correction.by,
    );
    return { ...correction, id: Number(lastInsertRowid) };
  });
}

/** Newest first. */
export function listCorrections(database: Database, query: CorrectionQuery): LoggedCorrection[] {
  return prepared<[number, number], { id: number }>(
    database,
    `SELECT id, at_ms AS at, people_before AS "before", people_after AS "after", reason, note, done_by AS "by"
     FROM occupancy_corrections WHERE id < ? ORDER BY id DESC LIMIT ?`,
  )
    .all(query.beforeId ?? Number.MAX_SAFE_INTEGER, query.limit)
    .map((row) => parseStored(LoggedCorrection, row, `occupancy correction ${String(row.id)}`));
}

/** One crossing of a door. */
export interface DoorCrossing {
  readonly id: number;
  readonly lineId: string;
  readonly direction: Direction;
  /** Unix time in ms */
  readonly at: number;
}

/** Crossings of doors after a row, in the order in which they were written. */
export function listDoorCrossings(database: Database, query: DoorQuery): DoorCrossing[] {
  return prepared<[number, string, number], DoorCrossing>(
    database,
    `SELECT x.id AS id, l.line_id AS lineId, x.direction AS direction, x.at_ms AS at
     FROM crossings AS x JOIN ledger_lines AS l ON l.key = x.line_key
     WHERE x.id > ? AND l.line_id IN (SELECT value FROM json_each(?)) ORDER BY x.id LIMIT ?`,
  ).all(query.afterId, JSON.stringify(query.lineIds), query.limit);
}

/** The id of the newest crossing; 0 when there is none. */
export function newestCrossingId(database: Database): number {
  return preparedValue<[], number | null>(database, 'SELECT max(id) FROM crossings').get() ?? 0;
}
