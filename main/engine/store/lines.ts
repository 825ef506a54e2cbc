/**
 * Table of line revisions: an edit makes a new one, old ones stay, because crossings refer to them.
 */
import type { Database } from 'better-sqlite3';
import type { CameraId } from '#contract/camera.ts';
import { Line, type LineId } from '#contract/counting.ts';
import { StationError } from '#contract/error.ts';
import type { LineDefinition, LineRevision } from './records.ts';
import { fieldsOf, parseStored } from './rows.ts';
import { prepared, preparedValue } from './statements.ts';

interface RevisionRow {
  readonly line_id: string;
  readonly revision: number;
  readonly camera_id: string;
  readonly definition: string;
  readonly created_at_ms: number;
  readonly removed_at_ms: number | null;
}

const newest = `
  SELECT * FROM line_revisions AS r WHERE removed_at_ms IS NULL
  AND revision = (SELECT max(revision) FROM line_revisions WHERE line_id = r.line_id)`;

/** The newest revision of every line that is not removed, by id. */
export function listLines(database: Database, cameraId: CameraId | null): Line[] {
  const rows =
    cameraId === null
      ? prepared<[], RevisionRow>(database, `${newest} ORDER BY line_id`).all()
      : prepared<[string], RevisionRow>(
          database,
          `${newest} AND camera_id = ? ORDER BY line_id`,
        ).all(cameraId);
  return rows.map(toLine);
}

export function getLine(database: Database, id: LineId): Line | null {
  const row = newestRow(database, id);
  return row === undefined || row.removed_at_ms !== null ? null : toLine(row);
}

/** All revisions, oldest first. */
export function listRevisions(database: Database, id: LineId): LineRevision[] {
  const rows = prepared<[string], RevisionRow>(
    database,
    'SELECT * FROM line_revisions WHERE line_id = ? ORDER BY revision',
  );
  return rows.all(id).map((row) => ({
    line: toLine(row),
    createdAt: row.created_at_ms,
    removedAt: row.removed_at_ms,
  }));
}

/**
 * Makes the next revision, from 1; a removed line goes on with its numbers, so that no revision means two things.
 * @throws StationError REQ_002 when there is no such camera, REQ_003 when the line is on another one
 */
export function saveLine(database: Database, definition: LineDefinition, now: number): Line {
  const { id, cameraId, ...rest } = definition;
  const camera = preparedValue<[string], number>(
    database,
    'SELECT 1 FROM cameras WHERE id = ?',
  ).get(cameraId);
  if (camera === undefined) {
    throw new StationError('REQ_002', `There is no camera "${cameraId}". Add it first.`, {
      path: 'cameraId',
    });
  }
  const before = newestRow(database, id);
  if (before !== undefined && before.removed_at_ms === null && before.camera_id !== cameraId) {
    throw new StationError(
      'REQ_003',
      `The line "${id}" is on camera "${before.camera_id}". Choose another id, or remove that line first.`,
      { path: 'id' },
    );
  }
  const revision = (before?.revision ?? 0) + 1;
  prepared<[string, number, string, string, number]>(
    database,
    `INSERT INTO line_revisions (line_id, revision, camera_id, definition, created_at_ms)
     VALUES (?, ?, ?, ?, ?)`,
  ).run(id, revision, cameraId, JSON.stringify(rest), now);
  return { ...definition, revision };
}

/**
 * @returns the line as it was
 * @throws StationError REQ_002 when there is none
 */
export function removeLine(database: Database, id: LineId, now: number): Line {
  const row = newestRow(database, id);
  if (row === undefined || row.removed_at_ms !== null) {
    throw new StationError('REQ_002', `There is no line "${id}".`, { path: 'id' });
  }
  prepared<[number, string, number]>(
    database,
    'UPDATE line_revisions SET removed_at_ms = ? WHERE line_id = ? AND revision = ?',
  ).run(now, id, row.revision);
  return toLine(row);
}

function newestRow(database: Database, id: LineId): RevisionRow | undefined {
  return prepared<[string], RevisionRow>(
    database,
    'SELECT * FROM line_revisions WHERE line_id = ? ORDER BY revision DESC LIMIT 1',
  ).get(id);
}

function toLine(row: RevisionRow): Line {
  const value = {
    ...fieldsOf(row.definition),
    id: row.line_id,
    cameraId: row.camera_id,
    revision: row.revision,
  };
  return parseStored(Line, value, `line "${row.line_id}"`);
}
