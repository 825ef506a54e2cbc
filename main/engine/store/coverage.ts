/**
 * Tables of observed time. A gap is what is left when the observed time is taken away, so the two always add up; its
 * cause is what was said about it. Nothing is interpolated.
 *
 *   observed  ██████████            ███████████
 *   runs      ───────────────┤  ├──────────────          no run: the station was down
 *   causes           ▲offline                            said in time, or a little before
 *   gaps                ├off.┼dn┼─┤                      what nobody named takes the name beside it
 */
import type { Database } from 'better-sqlite3';
import type { CameraId } from '#contract/camera.ts';
import type { Coverage, Gap, GapCause, TimeSpan } from '#contract/coverage.ts';
import { GapCause as GapCauseSchema } from '#contract/coverage.ts';
import { type CauseNote, nameGaps, noteToleranceMs, unobserved } from './gaps.ts';
import { cameraKey } from './keys.ts';
import type { CoverageQuery, GapStart } from './records.ts';
import { parseStored } from './rows.ts';
import { prepared, preparedValue } from './statements.ts';

/** How late the report of observed time may be. */
const reportDelayMs = 3_000;

/** Adds observed time: spans that touch or overlap become one. */
export function addObserved(database: Database, cameraId: CameraId, span: TimeSpan): void {
  const key = cameraKey(database, cameraId);
  // Spans in the table never overlap, so those that touch this one are neighbours in it.
  const touching = prepared<[number, number, number], TimeSpan>(
    database,
    `SELECT from_ms AS "from", to_ms AS "to" FROM observed
     WHERE camera_key = ? AND from_ms <= ? AND to_ms >= ? ORDER BY from_ms DESC`,
  ).all(key, span.to, span.from);
  const [only] = touching;
  if (only !== undefined && touching.length === 1 && only.from <= span.from) {
    if (only.to >= span.to) return;
    prepared<[number, number, number]>(
      database,
      'UPDATE observed SET to_ms = ? WHERE camera_key = ? AND from_ms = ?',
    ).run(span.to, key, only.from);
    return;
  }
  for (const { from } of touching) {
    prepared<[number, number]>(
      database,
      'DELETE FROM observed WHERE camera_key = ? AND from_ms = ?',
    ).run(key, from);
  }
  prepared<[number, number, number]>(
    database,
    'INSERT INTO observed (camera_key, from_ms, to_ms) VALUES (?, ?, ?)',
  ).run(
    key,
    Math.min(span.from, ...touching.map(({ from }) => from)),
    Math.max(span.to, ...touching.map(({ to }) => to)),
  );
}

/** Nothing that old is taken back, whatever the clock did meanwhile, ms. */
const mostWithdrawnMs = 60_000;

/** Takes back observed time from a moment on that is just past. */
export function withdrawObserved(
  database: Database,
  { cameraId, from }: Pick<GapStart, 'cameraId' | 'from'>,
): void {
  const key = cameraKey(database, cameraId);
  const last = from + mostWithdrawnMs;
  prepared<[number, number, number]>(
    database,
    'DELETE FROM observed WHERE camera_key = ? AND from_ms >= ? AND to_ms <= ?',
  ).run(key, from, last);
  prepared<number[]>(
    database,
    'UPDATE observed SET to_ms = ? WHERE camera_key = ? AND from_ms < ? AND to_ms > ? AND to_ms <= ?',
  ).run(from, key, from, from, last);
}

/** Says why nothing is observed from a time on; `unknown` takes back what was said before. */
export function noteCause(database: Database, gap: GapStart): void {
  prepared<[number, number, string]>(
    database,
    `INSERT INTO gap_causes (camera_key, at_ms, cause) VALUES (?, ?, ?)
     ON CONFLICT (camera_key, at_ms) DO UPDATE SET cause = excluded.cause`,
  ).run(cameraKey(database, gap.cameraId), gap.from, gap.cause);
}

/** Notes that the station runs from `now` on. @returns the number of the run */
export function beginRun(database: Database, now: number): number {
  return Number(
    prepared<[number, number]>(
      database,
      'INSERT INTO station_runs (started_at_ms, alive_at_ms) VALUES (?, ?)',
    ).run(now, now).lastInsertRowid,
  );
}

/** Notes that the run still goes on. */
export function noteAlive(database: Database, run: number, now: number): void {
  prepared<[number, number]>(
    database,
    'UPDATE station_runs SET alive_at_ms = max(alive_at_ms, ?) WHERE id = ?',
  ).run(now, run);
}

/** Observed spans of a camera that touch the range, clipped to it, in the order of time. */
export function observedSpans(database: Database, cameraId: CameraId, range: TimeSpan): TimeSpan[] {
  const spans = prepared<[string, number, number], TimeSpan>(
    database,
    `SELECT from_ms AS "from", to_ms AS "to" FROM observed
     WHERE camera_key = (SELECT key FROM ledger_cameras WHERE camera_id = ?)
       AND from_ms < ? AND to_ms > ? ORDER BY from_ms`,
  ).all(cameraId, range.to, range.from);
  return spans.map((span) => clip(span, range));
}

/**
 * One entry for each camera that was ever known, by id. The time after `now` is neither observed nor a gap.
 * @param now Unix time in ms
 */
export function queryCoverage(database: Database, query: CoverageQuery, now: number): Coverage[] {
  const range = { from: query.from, to: Math.max(query.from, Math.min(query.to, now)) };
  return knownCameras(database, query.cameraId).map((camera) => ({
    cameraId: camera.cameraId,
    from: query.from,
    to: query.to,
    observedSeconds: totalMs(observedSpans(database, camera.cameraId, query)) / 1000,
    gaps: gapsOf(database, camera, { range, now }),
  }));
}

/** The gaps of one camera, named as a whole and then clipped, so that a cause said before the range still holds in it. */
function gapsOf(
  database: Database,
  camera: KnownCamera,
  { range, now }: { readonly range: TimeSpan; readonly now: number },
): Gap[] {
  const whole = widen(database, camera.key, { range, now });
  const spans = observedSpans(database, camera.cameraId, whole);
  const facts = {
    runs: stationRuns(database, now),
    notes: causeNotes(database, camera.key, whole),
    knownFrom: camera.knownFrom,
  };
  return nameGaps(unobserved(spans, whole), facts)
    .filter((gap) => !isStillOpen(gap, now))
    .filter((gap) => gap.from < range.to && gap.to > range.from)
    .map((gap) => ({ ...gap, ...clip(gap, range) }));
}

/** Cameras report once a second: what is younger than that is not known yet, and no gap. */
function isStillOpen(gap: Gap, now: number): boolean {
  return gap.cause === 'unknown' && gap.to === now && now - gap.from < reportDelayMs;
}

/** The range with the whole of the gaps that reach over its ends. */
function widen(
  database: Database,
  key: number,
  { range, now }: { readonly range: TimeSpan; readonly now: number },
): TimeSpan {
  const before = preparedValue<[number, number], number | null>(
    database,
    'SELECT max(to_ms) FROM observed WHERE camera_key = ? AND from_ms <= ?',
  ).get(key, range.from);
  const after = preparedValue<[number, number], number | null>(
    database,
    'SELECT min(from_ms) FROM observed WHERE camera_key = ? AND from_ms >= ?',
  ).get(key, range.to);
  return { from: Math.min(range.from, before ?? 0), to: Math.max(range.to, after ?? now) };
}

/** Sum of the lengths, ms. */
export function totalMs(spans: readonly TimeSpan[]): number {
  return spans.reduce((sum, span) => sum + span.to - span.from, 0);
}

/** The part of `span` within `range`; call only when they touch. */
export function clip(span: TimeSpan, range: TimeSpan): TimeSpan {
  return { from: Math.max(span.from, range.from), to: Math.min(span.to, range.to) };
}

interface KnownCamera {
  readonly key: number;
  readonly cameraId: CameraId;
  /** First time that anything was said or seen of it, Unix time in ms */
  readonly knownFrom: number;
}

function knownCameras(database: Database, cameraId: CameraId | undefined): KnownCamera[] {
  return prepared<[string | null], KnownCamera>(
    database,
    `SELECT key, camera_id AS cameraId, min(
       coalesce((SELECT min(from_ms) FROM observed WHERE camera_key = key), 9e15),
       coalesce((SELECT min(at_ms) FROM gap_causes WHERE camera_key = key), 9e15)
     ) AS knownFrom
     FROM ledger_cameras WHERE camera_id = coalesce(?, camera_id) ORDER BY camera_id`,
  ).all(cameraId ?? null);
}

/** The times in which the station ran; the newest run goes on until `now`. */
function stationRuns(database: Database, now: number): TimeSpan[] {
  const runs = prepared<[], TimeSpan>(
    database,
    'SELECT started_at_ms AS "from", alive_at_ms AS "to" FROM station_runs ORDER BY id',
  ).all();
  return runs.map((run, index) =>
    index === runs.length - 1 ? { from: run.from, to: Math.max(run.to, now) } : run,
  );
}

function causeNotes(database: Database, key: number, range: TimeSpan): CauseNote[] {
  const rows = prepared<[number, number, number], { at: number; cause: string }>(
    database,
    `SELECT at_ms AS at, cause FROM gap_causes
     WHERE camera_key = ? AND at_ms >= ? AND at_ms < ? ORDER BY at_ms`,
  ).all(key, range.from - noteToleranceMs, range.to);
  return rows.map(({ at, cause }) => ({ at, cause: readCause(cause) }));
}

function readCause(text: string): GapCause {
  return parseStored(GapCauseSchema, text, `cause of a gap "${text}"`);
}
