/**
 * Tables of batch jobs.
 */
import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import { Box } from '#contract/geometry.ts';
import { Job, type JobCrossing, type JobProgress, JobRun, type JobTally } from '#contract/job.ts';
import { assert } from '#engine/base/assert.ts';
import {
  type CountedFile,
  type JobCheckpoint,
  type JobCrossingQuery,
  JobItemBody,
  type JobItemChange,
  type JobRecord,
  type StoredJobItem,
} from './job-records.ts';
import { parseJson } from './rows.ts';
import { prepared, preparedValue } from './statements.ts';

const minuteMs = 60_000;

/** Newest first. */
export function listJobs(database: Database): Job[] {
  return prepared<[], { readonly id: string; readonly body: string }>(
    database,
    'SELECT id, body FROM jobs ORDER BY created_at_ms DESC, id',
  )
    .all()
    .map(({ id, body }) => parseJson(Job, body, `job "${id}"`));
}

/** Adds a job or changes one. */
export function saveJob(database: Database, job: Job): void {
  prepared<[string, number, string]>(
    database,
    `INSERT INTO jobs (id, created_at_ms, body) VALUES (?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET body = excluded.body`,
  ).run(job.id, job.createdAt, JSON.stringify(job));
}

/** With its runs and everything they counted. Returns whether there was one. */
export function removeJob(database: Database, id: string): boolean {
  return prepared<[string]>(database, 'DELETE FROM jobs WHERE id = ?').run(id).changes === 1;
}

interface RunRow {
  readonly id: number;
  readonly body: string;
  readonly items: number;
  readonly done: number;
  readonly failed: number;
  readonly frames: number;
  readonly begun: number;
  readonly crossings: number;
}

/** Newest first. @param jobId null for the runs of all jobs */
export function listRuns(
  database: Database,
  jobId: string | null,
): (JobRun & { progress: JobProgress })[] {
  const rows = prepared<[string | null, string | null], RunRow>(
    database,
    `SELECT r.id, r.body,
       COUNT(i.position) AS items,
       COALESCE(SUM(i.state = 'done'), 0) AS done,
       COALESCE(SUM(i.state = 'failed'), 0) AS failed,
       COALESCE(SUM(i.frames), 0) AS frames,
       COALESCE(SUM(CASE WHEN i.state = 'running'
         THEN MIN(1.0, COALESCE(i.done_ms / json_extract(i.body, '$.lengthMs'), 0)) END), 0) AS begun,
       (SELECT COALESCE(MAX(c.id), 0) FROM job_crossings c WHERE c.run_id = r.id) AS crossings
     FROM job_runs r LEFT JOIN job_items i ON i.run_id = r.id
     WHERE ? IS NULL OR r.job_id = ?
     GROUP BY r.id ORDER BY r.id DESC`,
  ).all(jobId, jobId);
  return rows.map(({ id, body, begun, ...sums }) => ({
    ...parseJson(JobRun, body, `run ${String(id)} of a job`),
    progress: {
      ...sums,
      share: sums.items === 0 ? 0 : Math.min(1, (sums.done + sums.failed + begun) / sums.items),
    },
  }));
}

export function addRun(database: Database, run: Omit<JobRun, 'id'>): JobRun {
  const { lastInsertRowid } = prepared<[string, string]>(
    database,
    "INSERT INTO job_runs (job_id, state, body) VALUES (?, ?, '{}')",
  ).run(run.jobId, run.state);
  const added = { ...run, id: Number(lastInsertRowid) };
  saveRun(database, added);
  return added;
}

export function saveRun(database: Database, run: JobRun): void {
  prepared<[string, string, number]>(
    database,
    'UPDATE job_runs SET state = ?, body = ? WHERE id = ?',
  ).run(run.state, JSON.stringify(run), run.id);
}

/** Within one transaction. Returns false, and changes nothing, when a person has paused or cancelled the run meanwhile. */
export function beginRun(
  database: Database,
  { run, items }: { readonly run: JobRun; readonly items: readonly StoredJobItem[] },
): boolean {
  const isWanted = preparedValue<[number], number>(
    database,
    "SELECT COUNT(*) FROM job_runs WHERE id = ? AND state IN ('waiting', 'running')",
  ).get(run.id);
  if (isWanted !== 1) return false;
  saveRun(database, run);
  addItems(database, run.id, items);
  return true;
}

function addItems(database: Database, runId: number, items: readonly StoredJobItem[]): void {
  const add = prepared<[number, number, string, string]>(
    database,
    'INSERT INTO job_items (run_id, position, state, body) VALUES (?, ?, ?, ?)',
  );
  for (const item of items) {
    add.run(runId, item.position, item.state, JSON.stringify(JobItemBody.parse(item)));
  }
}

interface ItemRow {
  readonly position: number;
  readonly state: StoredJobItem['state'];
  readonly frames: number;
  readonly doneMs: number;
  readonly body: string;
}

export function listItems(database: Database, runId: number): StoredJobItem[] {
  return prepared<[number], ItemRow>(
    database,
    `SELECT position, state, frames, done_ms AS doneMs, body FROM job_items
     WHERE run_id = ? ORDER BY position`,
  )
    .all(runId)
    .map(({ body, ...columns }) => ({
      ...columns,
      ...parseJson(JobItemBody, body, `item ${String(columns.position)} of run ${String(runId)}`),
    }));
}

export function saveItem(database: Database, { runId, item }: JobItemChange): void {
  const body = JSON.stringify(JobItemBody.parse(item));
  prepared<[string, string, number, number]>(
    database,
    'UPDATE job_items SET state = ?, body = ? WHERE run_id = ? AND position = ?',
  ).run(item.state, body, runId, item.position);
}

export function readCheckpoint(
  database: Database,
  { runId, position }: { readonly runId: number; readonly position: number },
): JobCheckpoint | null {
  return (
    prepared<[number, number], JobCheckpoint>(
      database,
      `SELECT frame_seq AS frameSeq, at_ms AS at, checkpoint AS state FROM job_items
       WHERE run_id = ? AND position = ? AND checkpoint IS NOT NULL`,
    ).get(runId, position) ?? null
  );
}

/** Within one transaction. What was recorded already changes nothing. */
export function recordJob(database: Database, record: JobRecord): void {
  const { runId, position, frames, doneMs, crossings, checkpoint } = record;
  const { frameSeq, at, state } = checkpoint;
  const moved = prepared<[number, number, number, number, string, number, number, number]>(
    database,
    `UPDATE job_items SET frames = ?, done_ms = ?, frame_seq = ?, at_ms = ?, checkpoint = ?
     WHERE run_id = ? AND position = ? AND (frame_seq IS NULL OR frame_seq <= ?)`,
  ).run(frames, doneMs, frameSeq, at, state, runId, position, frameSeq);
  if (moved.changes === 0) return;
  const add = prepared<(string | number)[]>(
    database,
    `INSERT OR IGNORE INTO job_crossings
       (run_id, position, line_id, direction, label, track_id, ordinal, at_ms, score, box, id)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  let id = preparedValue<[number], number>(
    database,
    'SELECT COALESCE(MAX(id), 0) FROM job_crossings WHERE run_id = ?',
  ).get(runId);
  assert(id !== undefined, 'an aggregate has one row');
  for (const { lineId, direction, label, trackId, ordinal, score, box, at: atMs } of crossings) {
    const facts = [lineId, direction, label, trackId, ordinal, atMs, score, JSON.stringify(box)];
    id += add.run(runId, position, ...facts, id + 1).changes;
  }
}

interface CrossingRow extends Omit<JobCrossing, 'box'> {
  readonly box: string;
}

/** In the order in which they were counted. */
export function listJobCrossings(database: Database, query: JobCrossingQuery): JobCrossing[] {
  return prepared<[number, number, number], CrossingRow>(
    database,
    `SELECT c.id, c.position, json_extract(i.body, '$.place') AS place, c.line_id AS lineId,
       c.direction, c.label, c.track_id AS trackId, c.ordinal, c.at_ms AS at, c.score, c.box
     FROM job_crossings c JOIN job_items i ON i.run_id = c.run_id AND i.position = c.position
     WHERE c.run_id = ? AND c.id > ? ORDER BY c.id LIMIT ?`,
  )
    .all(query.runId, query.afterId, query.limit)
    .map((row) => ({ ...row, box: parseJson(Box, row.box, 'crossing of a job') }));
}

/** Sums by minute, in the order of items and time. */
export function tallyRun(database: Database, runId: number): JobTally[] {
  return prepared<[number], JobTally>(
    database,
    `SELECT c.position, json_extract(i.body, '$.place') AS place, c.line_id AS lineId, c.label,
       c.at_ms / ${String(minuteMs)} * ${String(minuteMs)} AS "from",
       SUM(c.direction = 'in') AS "in", SUM(c.direction = 'out') AS "out"
     FROM job_crossings c JOIN job_items i ON i.run_id = c.run_id AND i.position = c.position
     WHERE c.run_id = ?
     GROUP BY c.position, c.line_id, c.label, "from"
     ORDER BY c.position, "from", c.line_id, c.label`,
  ).all(runId);
}

const CountedFile = z.object({ path: z.string(), bytes: z.number(), modifiedAt: z.number() });

/** Clips that runs of the job have counted to their end. */
export function listCountedFiles(database: Database, jobId: string): CountedFile[] {
  return preparedValue<[string], string>(
    database,
    `SELECT DISTINCT json_extract(i.body, '$.input') FROM job_items i JOIN job_runs r ON r.id = i.run_id
     WHERE r.job_id = ? AND i.state = 'done' AND json_extract(i.body, '$.input.kind') = 'clip'`,
  )
    .all(jobId)
    .map((text) => parseJson(CountedFile, text, `a counted file of job "${jobId}"`));
}
