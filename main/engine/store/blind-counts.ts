/**
 * Tables of blind counts: what was drawn, what a person marked before seeing the station's events, and what was said of the
 * disagreements afterwards.
 */
import type { Database } from 'better-sqlite3';
import { StationError } from '#contract/error.ts';
import { BlindMark, ClipVerdicts } from '#contract/blind-count.ts';
import { z } from 'zod';
import {
  BlindCountPlan,
  type ClipDone,
  type LineQuery,
  type NewBlindCount,
  type StoredBlindCount,
  type StoredClip,
} from './records.ts';
import { parseJson } from './rows.ts';
import { prepared } from './statements.ts';

interface CountRow {
  readonly id: number;
  readonly drawnAt: number;
  readonly drawnBy: string;
  readonly plan: string;
  readonly certificateId: number | null;
}

interface ClipRow {
  readonly position: number;
  readonly from: number;
  readonly to: number;
  readonly stratum: number;
  readonly inclusion: number;
  readonly marks: string | null;
  readonly skipped: string | null;
  readonly doneAt: number | null;
  readonly doneBy: string | null;
  readonly verdicts: string | null;
}

const select = `SELECT b.id, b.drawn_at_ms AS drawnAt, b.drawn_by AS drawnBy, b.plan, c.id AS certificateId
  FROM blind_counts AS b LEFT JOIN certificates AS c ON c.count_id = b.id`;
const Marks = z.array(BlindMark);

/** Newest first. */
export function listBlindCounts(
  database: Database,
  { cameraId, lineId }: LineQuery,
): StoredBlindCount[] {
  return prepared<[string | null, string | null], CountRow>(
    database,
    `${select} WHERE b.camera_id = coalesce(?, b.camera_id) AND b.line_id = coalesce(?, b.line_id)
     ORDER BY b.drawn_at_ms DESC, b.id DESC`,
  )
    .all(cameraId ?? null, lineId ?? null)
    .map((row) => toCount(database, row));
}

export function getBlindCount(database: Database, id: number): StoredBlindCount | null {
  const row = prepared<[number], CountRow>(database, `${select} WHERE b.id = ?`).get(id);
  return row === undefined ? null : toCount(database, row);
}

export function addBlindCount(database: Database, count: NewBlindCount): StoredBlindCount {
  const { plan, drawnAt, drawnBy, clips } = count;
  const id = Number(
    prepared<[string, string, number, string, string]>(
      database,
      `INSERT INTO blind_counts (camera_id, line_id, drawn_at_ms, drawn_by, plan) VALUES (?, ?, ?, ?, ?)`,
    ).run(plan.setup.cameraId, plan.setup.lineId, drawnAt, drawnBy, JSON.stringify(plan))
      .lastInsertRowid,
  );
  clips.forEach(({ from, to, stratum, inclusion }, position) => {
    prepared<[number, number, number, number, number, number]>(
      database,
      `INSERT INTO blind_count_clips (count_id, position, from_ms, to_ms, stratum, inclusion)
       VALUES (?, ?, ?, ?, ?, ?)`,
    ).run(id, position, from, to, stratum, inclusion);
  });
  const stored = getBlindCount(database, id);
  if (stored === null) throw new Error('a blind count that was just written is not there');
  return stored;
}

/** Writes the marks of a clip, once. @throws StationError REQ_003 when they are written already */
export function finishClip(database: Database, done: ClipDone): void {
  const { changes } = prepared<(string | number | null)[]>(
    database,
    `UPDATE blind_count_clips SET marks = ?, skipped = ?, done_at_ms = ?, done_by = ?
     WHERE count_id = ? AND position = ? AND done_at_ms IS NULL`,
  ).run(
    done.marks === null ? null : JSON.stringify(done.marks),
    done.skipped,
    done.at,
    done.by,
    done.id,
    done.position,
  );
  if (changes === 0) {
    throw new StationError(
      'REQ_003',
      'This clip is counted already, and what was marked blind is never changed; go on with the next one.',
    );
  }
}

/** What a person says of the disagreements of a clip; a later word replaces an earlier one. */
export function saveVerdicts(
  database: Database,
  {
    id,
    position,
    verdicts,
  }: { readonly id: number; readonly position: number; readonly verdicts: ClipVerdicts },
): void {
  prepared<[string, number, number]>(
    database,
    'UPDATE blind_count_clips SET verdicts = ? WHERE count_id = ? AND position = ?',
  ).run(JSON.stringify(verdicts), id, position);
}

function toCount(database: Database, row: CountRow): StoredBlindCount {
  const what = `blind count ${String(row.id)}`;
  const clips = prepared<[number], ClipRow>(
    database,
    `SELECT position, from_ms AS "from", to_ms AS "to", stratum, inclusion, marks, skipped,
       done_at_ms AS doneAt, done_by AS doneBy, verdicts
     FROM blind_count_clips WHERE count_id = ? ORDER BY position`,
  ).all(row.id);
  return {
    id: row.id,
    drawnAt: row.drawnAt,
    drawnBy: row.drawnBy,
    plan: parseJson(BlindCountPlan, row.plan, what),
    certificateId: row.certificateId,
    clips: clips.map((clip): StoredClip => {
      const { marks, verdicts, ...rest } = clip;
      return {
        ...rest,
        marks: marks === null ? null : parseJson(Marks, marks, what),
        verdicts: verdicts === null ? null : parseJson(ClipVerdicts, verdicts, what),
      };
    }),
  };
}
