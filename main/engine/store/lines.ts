/**
 * Table of line revisions: an edit makes a new one, old ones stay, because crossings refer to them.
 */
import type { Database } from 'better-sqlite3';
import type { CameraId } from '#contract/camera.ts';
import { Line, type LineId } from '#contract/counting.ts';
import { refuseFlowEnd } from './flows.ts';
import type { LineDefinition, LineRevision } from './records.ts';
import { revisionTable } from './revision-table.ts';

const lines = revisionTable('line', Line);

/** The newest revision of every line that is not removed, by id. */
export function listLines(database: Database, cameraId: CameraId | null): Line[] {
  return lines.list(database, cameraId);
}

export function getLine(database: Database, id: LineId): Line | null {
  return lines.get(database, id);
}

/** All revisions, oldest first. */
export function listRevisions(database: Database, id: LineId): LineRevision[] {
  return lines.revisions(database, id).map(({ drawn, ...times }) => ({ line: drawn, ...times }));
}

/**
 * Makes the next revision, from 1; a removed line goes on with its numbers, so that no revision means two things.
 * @throws StationError REQ_002 when there is no such camera, REQ_003 when the line is on another one
 */
export function saveLine(database: Database, definition: LineDefinition, now: number): Line {
  return lines.save(database, definition, now);
}

/**
 * @returns the line as it was
 * @throws StationError REQ_002 when there is none, REQ_003 when a flow begins or ends at it
 */
export function removeLine(database: Database, id: LineId, now: number): Line {
  refuseFlowEnd(database, { on: 'line', id });
  return lines.remove(database, id, now);
}
