/**
 * Takes rows of the ledger out in pages of a day, removes those that a file has, and puts them back as they were.
 */
import type { Database } from 'better-sqlite3';
import type { ArchiveKind, ArchivePart, ArchiveState } from '#contract/archive.ts';
import { StationError } from '#contract/error.ts';
import { archiveDayMs, archiveName } from '#engine/base/archive-name.ts';
import type { ArchiveRow } from '#engine/base/archive-row.ts';
import { cameraKey, digestKey, flowKey, lineKey, zoneKey } from './keys.ts';
import { prepared, preparedValue } from './statements.ts';

/** Which day (UTC) of a kind has rows that may be archived: up to `lastId`, never the newest row of the table. */
export interface ArchiveDay {
  readonly day: number;
  readonly firstId: number;
  readonly lastId: number;
}

export interface ArchiveDayQuery {
  readonly kind: ArchiveKind;
  /** Days since 1970 UTC, `to` exclusive */
  readonly from: number;
  readonly to: number;
}

export type PartName = Pick<ArchivePart, 'kind' | 'day' | 'lastId'>;

export interface ArchiveRowQuery extends PartName {
  /** Only rows with a greater id */
  readonly after: number;
  readonly limit: number;
}

interface Table {
  /** Column that says where: line, zone or flow */
  readonly placeKey: string;
  readonly places: string;
  readonly placeId: string;
  readonly keyOf: (database: Database, camera: number, id: string) => number;
  /** The columns that are no key, in their order */
  readonly columns: readonly string[];
}

const placeOfRow = ['score', 'point_x', 'point_y', 'box_x', 'box_y', 'box_width', 'box_height'];
const tables: Readonly<Record<ArchiveKind, Table>> = {
  crossings: {
    ...{ placeKey: 'line_key', places: 'ledger_lines', placeId: 'line_id', keyOf: lineKey },
    columns: [
      ...['line_revision', 'epoch', 'track_id', 'ordinal', 'direction', 'label', 'at_ms'],
      ...placeOfRow,
    ],
  },
  zone_events: {
    ...{ placeKey: 'zone_key', places: 'ledger_zones', placeId: 'zone_id', keyOf: zoneKey },
    columns: [
      ...['zone_revision', 'epoch', 'track_id', 'ordinal', 'kind', 'is_seen_passing', 'label'],
      ...['at_ms', 'dwell_seconds'],
      ...placeOfRow,
    ],
  },
  flow_passages: {
    ...{ placeKey: 'flow_key', places: 'ledger_flows', placeId: 'flow_id', keyOf: flowKey },
    columns: ['flow_revision', 'epoch', 'track_id', 'ordinal', 'label', 'from_ms', 'at_ms'],
  },
};

/** All parts, by day and kind. */
export function listArchiveParts(database: Database): ArchivePart[] {
  return prepared<[], ArchivePart>(
    database,
    `SELECT kind, day, last_id AS lastId, rows, bytes, digest, state, at_ms AS at FROM archive_parts
     ORDER BY day, kind, last_id`,
  ).all();
}

/** The first day within the query that has rows to archive; null for none. */
export function nextArchiveDay(
  database: Database,
  { kind, from, to }: ArchiveDayQuery,
): ArchiveDay | null {
  const newest = preparedValue<[], number | null>(database, `SELECT max(id) FROM ${kind}`).get();
  if (newest === undefined || newest === null) return null;
  const first = preparedValue<[number, number, number], number>(
    database,
    `SELECT at_ms FROM ${kind} INDEXED BY ${kind}_by_time
     WHERE at_ms >= ? AND at_ms < ? AND id < ? ORDER BY at_ms LIMIT 1`,
  ).get(from * archiveDayMs, to * archiveDayMs, newest);
  if (first === undefined) return null;
  const day = Math.floor(first / archiveDayMs);
  const ends = prepared<[number, number, number], Omit<ArchiveDay, 'day'>>(
    database,
    `SELECT min(id) AS firstId, max(id) AS lastId FROM ${kind} INDEXED BY ${kind}_by_time
     WHERE at_ms >= ? AND at_ms < ? AND id < ?`,
  ).get(day * archiveDayMs, (day + 1) * archiveDayMs, newest);
  return ends === undefined ? null : { day, ...ends };
}

/** In the order of their ids, along which a day lies together: a page costs what it has. */
export function readArchiveRows(
  database: Database,
  { kind, day, lastId, after, limit }: ArchiveRowQuery,
): ArchiveRow[] {
  const { placeKey, places, placeId, columns } = tables[kind];
  return prepared<number[], ArchiveRow>(
    database,
    `SELECT x.id, c.camera_id, p.${placeId} AS place_id, ${columns.map((name) => `x.${name}`).join(', ')},
       m.digest AS model_digest, s.digest AS config_digest
     FROM ${kind} AS x
     JOIN ${places} AS p ON p.key = x.${placeKey}
     JOIN ledger_cameras AS c ON c.key = p.camera_key
     JOIN ledger_digests AS m ON m.key = x.model_key
     JOIN ledger_digests AS s ON s.key = x.config_key
     WHERE x.id > ? AND x.id <= ? AND +x.at_ms >= ? AND +x.at_ms < ? ORDER BY x.id LIMIT ?`,
  ).all(after, lastId, day * archiveDayMs, (day + 1) * archiveDayMs, limit);
}

/** Notes that a file is whole: from here on its rows may go. A part that was restored before is noted anew. */
export function addArchivePart(database: Database, part: Omit<ArchivePart, 'state'>): void {
  prepared<[ArchiveKind, number, number, number, number, string, number]>(
    database,
    `INSERT INTO archive_parts (kind, day, last_id, state, rows, bytes, digest, at_ms)
     VALUES (?, ?, ?, 'removing', ?, ?, ?, ?)
     ON CONFLICT (kind, day, last_id) DO UPDATE SET state = 'removing', rows = excluded.rows,
       bytes = excluded.bytes, digest = excluded.digest, at_ms = excluded.at_ms`,
  ).run(part.kind, part.day, part.lastId, part.rows, part.bytes, part.digest, part.at);
}

export function setArchiveState(
  database: Database,
  { kind, day, lastId }: PartName,
  state: ArchiveState,
): void {
  prepared<[ArchiveState, ArchiveKind, number, number]>(
    database,
    'UPDATE archive_parts SET state = ? WHERE kind = ? AND day = ? AND last_id = ?',
  ).run(state, kind, day, lastId);
}

/** Removes up to `limit` rows that the file of a part has. Returns how many. */
export function removeArchived(
  database: Database,
  { kind, day, lastId }: PartName,
  limit: number,
): number {
  return prepared<[number, number, number, number]>(
    database,
    `DELETE FROM ${kind} WHERE id IN (
       SELECT id FROM ${kind} INDEXED BY ${kind}_by_time
       WHERE at_ms >= ? AND at_ms < ? AND id <= ? LIMIT ?)`,
  ).run(day * archiveDayMs, (day + 1) * archiveDayMs, lastId, limit).changes;
}

/**
 * Puts rows back under their ids; one that is there already stays as it is. Returns how many came back.
 * @throws StationError ARC_001 when a row does not belong to the part, or its id is that of another row
 */
export function restoreArchived(
  database: Database,
  part: PartName,
  rows: readonly ArchiveRow[],
): number {
  const { placeKey, keyOf, columns } = tables[part.kind];
  const keyColumns = ['id', placeKey, 'model_key', 'config_key'];
  const all = [...keyColumns, ...columns];
  const insert = prepared<(number | string)[]>(
    database,
    `INSERT INTO ${part.kind} (${all.join(', ')}) VALUES (${all.map(() => '?').join(', ')})
     ON CONFLICT DO NOTHING`,
  );
  const isThere = preparedValue<(number | string)[], number>(
    database,
    `SELECT 1 FROM ${part.kind} WHERE ${all.map((name) => `${name} = ?`).join(' AND ')}`,
  );
  let restored = 0;
  for (const row of rows) {
    const values = columns.map((name) => row[name]).filter((value) => value !== undefined);
    const isOfPart =
      values.length === columns.length &&
      row.id <= part.lastId &&
      Math.floor(Number(row['at_ms']) / archiveDayMs) === part.day;
    if (!isOfPart) throw wrongRow(part, row.id, 'is not of this day');
    const bound = [
      row.id,
      keyOf(database, cameraKey(database, row.camera_id), row.place_id),
      digestKey(database, row.model_digest),
      digestKey(database, row.config_digest),
      ...values,
    ];
    const { changes } = insert.run(...bound);
    restored += changes;
    if (changes === 0 && isThere.get(...bound) === undefined) {
      throw wrongRow(part, row.id, 'is another one in this station');
    }
  }
  return restored;
}

function wrongRow(part: PartName, id: number, what: string): StationError {
  return new StationError(
    'ARC_001',
    `Row ${String(id)} of ${archiveName(part)} ${what}: the file belongs to another station or was changed.`,
  );
}
