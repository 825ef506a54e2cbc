/**
 * Table of the recording ring's files.
 */
import type { Database } from 'better-sqlite3';
import { Segment } from '#contract/recording.ts';
import type { SegmentQuery, SegmentUse } from './records.ts';
import { parseStored } from './rows.ts';
import { prepared } from './statements.ts';

interface SegmentRow {
  readonly file: string;
  readonly camera_id: string;
  readonly from_ms: number;
  readonly to_ms: number;
  readonly bytes: number;
  readonly codec: string;
  readonly is_masked: number;
}

const noLimit = -1;

/** Files that touch the range, oldest first. */
export function listSegments(database: Database, query: SegmentQuery): Segment[] {
  const range = [
    query.from ?? -1,
    query.to ?? Number.MAX_SAFE_INTEGER,
    query.limit ?? noLimit,
  ] as const;
  const tail = 'to_ms > ? AND from_ms < ? ORDER BY from_ms LIMIT ?';
  const rows =
    query.cameraId === undefined
      ? prepared<[number, number, number], SegmentRow>(
          database,
          `SELECT * FROM recording_segments WHERE ${tail}`,
        ).all(...range)
      : prepared<[string, number, number, number], SegmentRow>(
          database,
          `SELECT * FROM recording_segments WHERE camera_id = ? AND ${tail}`,
        ).all(query.cameraId, ...range);
  return rows.map(toSegment);
}

/** What each camera has in the ring. */
export function segmentUse(database: Database): SegmentUse[] {
  return prepared<[], SegmentUse>(
    database,
    `SELECT camera_id AS cameraId, sum(bytes) AS bytes, min(from_ms) AS "from", max(to_ms) AS "to"
     FROM recording_segments GROUP BY camera_id`,
  ).all();
}

/** A file that is known already is left as it is. */
export function addSegments(database: Database, segments: readonly Segment[]): void {
  const insert = prepared<(string | number)[]>(
    database,
    `INSERT INTO recording_segments (file, camera_id, from_ms, to_ms, bytes, codec, is_masked)
     VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (file) DO NOTHING`,
  );
  for (const { file, cameraId, from, to, bytes, codec, isMasked } of segments) {
    insert.run(file, cameraId, from, to, bytes, codec, isMasked ? 1 : 0);
  }
}

export function removeSegments(database: Database, files: readonly string[]): void {
  const remove = prepared<[string]>(database, 'DELETE FROM recording_segments WHERE file = ?');
  for (const file of files) remove.run(file);
}

function toSegment(row: SegmentRow): Segment {
  const value = {
    file: row.file,
    cameraId: row.camera_id,
    from: row.from_ms,
    to: row.to_ms,
    bytes: row.bytes,
    codec: row.codec,
    isMasked: row.is_masked === 1,
  };
  return parseStored(Segment, value, `recording "${row.file}"`);
}
