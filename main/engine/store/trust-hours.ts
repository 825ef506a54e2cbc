/**
 * Tables of what was measured of lines and cameras by the hour.
 */
import type { Database } from 'better-sqlite3';
import type { CameraId } from '#contract/camera.ts';
import type { Line, LineId } from '#contract/counting.ts';
import type { TimeSpan } from '#contract/coverage.ts';
import { CameraFigures, LineFigures } from '#contract/trust.ts';
import type { PruneStep } from './records.ts';
import { parseJson } from './rows.ts';
import { prepared, preparedValue } from './statements.ts';
import { firstPathMs } from './trajectories.ts';

/** What was measured of one camera and its lines in an hour; nulls where nothing of it is kept. */
export interface MeasuredHour {
  readonly cameraId: CameraId;
  /** Start of the hour, Unix time in ms */
  readonly from: number;
  readonly camera: CameraFigures | null;
  readonly lines: readonly {
    readonly lineId: LineId;
    readonly revision: number;
    readonly figures: LineFigures | null;
  }[];
}

/** Hours of a camera that begin within the span, Unix ms. */
export interface TrustHourQuery {
  readonly cameraId: CameraId;
  readonly lines: readonly Pick<Line, 'id' | 'revision'>[];
  readonly span: TimeSpan;
}

export interface StoredTrustHour {
  readonly from: number;
  readonly line: LineFigures;
  /** Null where none was measured */
  readonly camera: CameraFigures | null;
}

/** Adds hours or replaces them, within the caller's transaction. */
export function addTrustHours(database: Database, hours: readonly MeasuredHour[]): void {
  const addLine = prepared<[string, number, number, string]>(
    database,
    'INSERT OR REPLACE INTO trust_lines VALUES (?, ?, ?, ?)',
  );
  const addCamera = prepared<[string, number, string]>(
    database,
    'INSERT OR REPLACE INTO trust_cameras VALUES (?, ?, ?)',
  );
  for (const { cameraId, from, camera, lines } of hours) {
    addCamera.run(cameraId, from, toText(camera));
    for (const { lineId, revision, figures } of lines) {
      addLine.run(lineId, revision, from, toText(figures));
    }
  }
}

const digits = 10_000;
const hourMs = 3_600_000;

function toText(figures: unknown): string {
  return JSON.stringify(figures, (_, value: unknown) =>
    typeof value === 'number' ? Math.round(value * digits) / digits : value,
  );
}

/**
 * Starts of the full hours that are still to be measured for one of these lines, oldest first: none before that of the camera's
 * first path, where there is nothing to measure.
 */
export function listUnmeasured(database: Database, query: TrustHourQuery): number[] {
  const { span } = query;
  const first = firstPathMs(database, query.cameraId);
  if (first === null) return [];
  const measured = new Set(listMeasured(database, query));
  const hours: number[] = [];
  const from = Math.max(Math.ceil(span.from / hourMs), Math.floor(first / hourMs)) * hourMs;
  for (let hour = from; hour < span.to; hour += hourMs) if (!measured.has(hour)) hours.push(hour);
  return hours;
}

/** Starts of the hours in which all of these lines were measured. */
function listMeasured(
  database: Database,
  { lines, span }: Pick<TrustHourQuery, 'lines' | 'span'>,
): number[] {
  const starts = preparedValue<[string, number, number, number], number>(
    database,
    `SELECT hour_ms FROM trust_lines
     WHERE line_id = ? AND revision = ? AND hour_ms >= ? AND hour_ms < ? ORDER BY hour_ms`,
  );
  const ofLines = lines.map(({ id, revision }) => starts.all(id, revision, span.from, span.to));
  const [first = [], ...others] = ofLines.map((hours) => new Set(hours));
  return [...first].filter((hour) => others.every((hours) => hours.has(hour)));
}

/** Hours of a line of which something was kept, oldest first. */
export function listTrustHours(
  database: Database,
  { id, revision, cameraId }: Pick<Line, 'id' | 'revision' | 'cameraId'>,
  span: TimeSpan,
): StoredTrustHour[] {
  const rows = prepared<(string | number)[], { at: number; line: string; camera: string | null }>(
    database,
    `SELECT l.hour_ms AS at, l.body AS line, c.body AS camera
     FROM trust_lines AS l
     LEFT JOIN trust_cameras AS c ON c.camera_id = ? AND c.hour_ms = l.hour_ms
     WHERE l.line_id = ? AND l.revision = ? AND l.hour_ms >= ? AND l.hour_ms < ? AND l.body <> 'null'
     ORDER BY l.hour_ms`,
  ).all(cameraId, id, revision, span.from, span.to);
  return rows.map(({ at, line, camera }) => ({
    from: at,
    line: parseJson(LineFigures, line, `trust_lines "${id}"`),
    camera: parseJson(CameraFigures.nullable(), camera ?? 'null', `trust_cameras "${cameraId}"`),
  }));
}

/** Removes up to `limit` hours of lines, and of cameras, that began before a time, Unix ms. Returns their number. */
export function pruneTrustHours(database: Database, { beforeMs, limit }: PruneStep): number {
  const lines = prepared<[number, number]>(
    database,
    `DELETE FROM trust_lines WHERE (line_id, revision, hour_ms) IN (
       SELECT line_id, revision, hour_ms FROM trust_lines WHERE hour_ms < ? ORDER BY hour_ms LIMIT ?)`,
  ).run(beforeMs, limit).changes;
  const cameras = prepared<[number, number]>(
    database,
    `DELETE FROM trust_cameras WHERE (camera_id, hour_ms) IN (
       SELECT camera_id, hour_ms FROM trust_cameras WHERE hour_ms < ? ORDER BY hour_ms LIMIT ?)`,
  ).run(beforeMs, limit).changes;
  return lines + cameras;
}
