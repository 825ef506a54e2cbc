/**
 * Table of the recording ring's files.
 */
import type { Database } from 'better-sqlite3';
import { Segment } from '#contract/recording.ts';
import type { SegmentQuery, SegmentReview, SegmentUse } from './records.ts';
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
  const { cameraId, hasEvent } = query;
  const wanted = [
    'to_ms > ? AND from_ms < ?',
    ...(cameraId === undefined ? [] : ['camera_id = ?']),
    ...(hasEvent === undefined ? [] : ['has_event IS ?']),
  ];
  const values = [
    ...[query.from ?? -1, query.to ?? Number.MAX_SAFE_INTEGER],
    ...(cameraId === undefined ? [] : [cameraId]),
    ...(hasEvent === undefined ? [] : [hasEvent === null ? null : Number(hasEvent)]),
  ];
  const rows = prepared<(number | string | null)[], SegmentRow>(
    database,
    `SELECT * FROM recording_segments WHERE ${wanted.join(' AND ')} ORDER BY from_ms LIMIT ?`,
  ).all(...values, query.limit ?? noLimit);
  return rows.map(toSegment);
}

/**
 * Notes for each file that was not looked at yet whether somebody was counted near it.
 *
 *        ├─ pre ─┤event├─ post ─┤
 *   |─ file ─|─ file ─|─ file ─|─ file ─|
 *      kept     kept     kept     not
 */
export function findSegmentEvents(database: Database, review: SegmentReview): void {
  const { cameraId, until, preMs, postMs } = review;
  const near = 'at_ms >= from_ms - @postMs AND at_ms < to_ms + @preMs';
  const ofCamera = '(SELECT key FROM ledger_cameras WHERE camera_id = @cameraId)';
  prepared<[object]>(
    database,
    `UPDATE recording_segments SET has_event =
       EXISTS (SELECT 1 FROM ledger_lines l JOIN crossings ON line_key = l.key
         WHERE l.camera_key = ${ofCamera} AND ${near})
       OR EXISTS (SELECT 1 FROM ledger_zones z JOIN zone_events ON zone_key = z.key
         WHERE z.camera_key = ${ofCamera} AND ${near})
     WHERE camera_id = @cameraId AND has_event IS NULL AND to_ms <= @until`,
  ).run({ cameraId, until, preMs, postMs });
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
