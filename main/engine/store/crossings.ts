/**
 * Table of crossings: the append-only ledger.
 */
import type { Database } from 'better-sqlite3';
import type { CameraId } from '#contract/camera.ts';
import { Crossing } from '#contract/counting.ts';
import { cameraKey, digestKey, lineKey } from './keys.ts';
import type { CrossingQuery, NewCrossing } from './records.ts';
import { parseStored } from './rows.ts';
import { prepared, preparedValue } from './statements.ts';

/** Which camera saw a crossing, and in which of its lives. */
export interface Origin {
  readonly cameraId: CameraId;
  readonly epoch: number;
}

/** `gate-cam:12:345`: camera, epoch, number of the track. */
export function trackUid(origin: Origin, trackId: number): string {
  return `${origin.cameraId}:${String(origin.epoch)}:${String(trackId)}`;
}

/**
 * Writes one row within the caller's transaction.
 * @returns its id, or null when the same crossing of the same track is in the ledger already
 */
export function insertCrossing(
  database: Database,
  origin: Origin,
  crossing: NewCrossing,
): number | null {
  const line = lineKey(database, cameraKey(database, origin.cameraId), crossing.lineId);
  const { point, box } = crossing;
  const id = preparedValue<(number | string)[], number>(
    database,
    `INSERT INTO crossings (line_key, line_revision, epoch, track_id, ordinal, direction, label, at_ms,
       score, point_x, point_y, box_x, box_y, box_width, box_height, model_key, config_key)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (line_key, line_revision, epoch, track_id, ordinal) DO NOTHING
     RETURNING id`,
  ).get(
    line,
    crossing.lineRevision,
    origin.epoch,
    crossing.trackId,
    crossing.ordinal,
    crossing.direction,
    crossing.label,
    crossing.at,
    crossing.score,
    point.x,
    point.y,
    box.x,
    box.y,
    box.width,
    box.height,
    digestKey(database, crossing.modelDigest),
    digestKey(database, crossing.configDigest),
  );
  return id ?? null;
}

const select = `
  SELECT x.id, c.camera_id, l.line_id, x.line_revision, x.epoch, x.track_id, x.ordinal, x.direction,
    x.label, x.at_ms, x.score, x.point_x, x.point_y, x.box_x, x.box_y, x.box_width, x.box_height,
    m.digest AS model_digest, s.digest AS config_digest
  FROM crossings AS x
  JOIN ledger_lines AS l ON l.key = x.line_key
  JOIN ledger_cameras AS c ON c.key = l.camera_key
  JOIN ledger_digests AS m ON m.key = x.model_key
  JOIN ledger_digests AS s ON s.key = x.config_key`;

interface CrossingRow {
  readonly id: number;
  readonly camera_id: string;
  readonly line_id: string;
  readonly line_revision: number;
  readonly epoch: number;
  readonly track_id: number;
  readonly ordinal: number;
  readonly direction: string;
  readonly label: string;
  readonly at_ms: number;
  readonly score: number;
  readonly point_x: number;
  readonly point_y: number;
  readonly box_x: number;
  readonly box_y: number;
  readonly box_width: number;
  readonly box_height: number;
  readonly model_digest: string;
  readonly config_digest: string;
}

/**
 * Newest first, by time and then by id. With a camera or a line asked for, each line is read along its own index and the
 * results are merged, so that a page costs the same in a month of rows as in an hour.
 */
export function listCrossings(database: Database, query: CrossingQuery): Crossing[] {
  const end = lastWanted(database, query);
  if (end === null) return [];
  const bounds = [end.at, end.id, query.from ?? 0, query.limit] as const;
  const tail = '(x.at_ms, x.id) < (?, ?) AND x.at_ms >= ? ORDER BY x.at_ms DESC, x.id DESC LIMIT ?';
  const keys = wantedLines(database, query);
  const rows =
    keys === null
      ? prepared<[number, number, number, number], CrossingRow>(
          database,
          `${select} WHERE ${tail}`,
        ).all(...bounds)
      : keys.flatMap((key) =>
          prepared<[number, number, number, number, number], CrossingRow>(
            database,
            `${select} WHERE x.line_key = ? AND ${tail}`,
          ).all(key, ...bounds),
        );
  return rows
    .sort((a, b) => b.at_ms - a.at_ms || b.id - a.id)
    .slice(0, query.limit)
    .map(toCrossing);
}

/** One row of the ledger; null when there is none of this id. */
export function getCrossing(database: Database, id: number): Crossing | null {
  const row = prepared<[number], CrossingRow>(database, `${select} WHERE x.id = ?`).get(id);
  return row === undefined ? null : toCrossing(row);
}

interface Position {
  readonly at: number;
  readonly id: number;
}

/** The place before which rows are wanted; null when there can be none. */
function lastWanted(database: Database, query: CrossingQuery): Position | null {
  const end = { at: query.to ?? Number.MAX_SAFE_INTEGER, id: 0 };
  if (query.beforeId === undefined) return end;
  const cursor = prepared<[number], Position>(
    database,
    'SELECT at_ms AS at, id FROM crossings WHERE id <= ? ORDER BY id DESC LIMIT 1',
  ).get(query.beforeId);
  if (cursor === undefined) return null;
  return cursor.at < end.at ? cursor : end;
}

/** Keys of the lines asked for; null for all. */
function wantedLines(
  database: Database,
  { cameraId, lineId }: Pick<CrossingQuery, 'cameraId' | 'lineId'>,
): number[] | null {
  if (cameraId === undefined && lineId === undefined) return null;
  return preparedValue<[string | null, string | null], number>(
    database,
    `SELECT l.key FROM ledger_lines AS l JOIN ledger_cameras AS c ON c.key = l.camera_key
     WHERE c.camera_id = coalesce(?, c.camera_id) AND l.line_id = coalesce(?, l.line_id)`,
  ).all(cameraId ?? null, lineId ?? null);
}

function toCrossing(row: CrossingRow): Crossing {
  const value = {
    id: row.id,
    cameraId: row.camera_id,
    lineId: row.line_id,
    lineRevision: row.line_revision,
    trackUid: trackUid({ cameraId: row.camera_id, epoch: row.epoch }, row.track_id),
    ordinal: row.ordinal,
    direction: row.direction,
    label: row.label,
    at: row.at_ms,
    score: row.score,
    point: { x: row.point_x, y: row.point_y },
    box: { x: row.box_x, y: row.box_y, width: row.box_width, height: row.box_height },
    modelDigest: row.model_digest,
    configDigest: row.config_digest,
  };
  return parseStored(Crossing, value, `crossing ${String(row.id)}`);
}
