/**
 * Tables of experiments: the experiments, the stretches of pictures that both arms saw, their events and their minutes.
 */
import type { Database } from 'better-sqlite3';
import { Experiment } from '#contract/experiment.ts';
import { ArmCrossing, ArmMinute, type ExperimentPair } from '#contract/experiment-event.ts';
import { joinMinutes } from '#engine/base/arm-minutes.ts';
import { archivedAtSql } from './amounts.ts';
import type { NewStretch, PairAnswer, PruneStep, SeenStretch } from './records.ts';
import { parseJson } from './rows.ts';
import { prepared } from './statements.ts';

/** Newest first. */
export function listExperiments(database: Database): Experiment[] {
  return prepared<[], { readonly id: string; readonly body: string }>(
    database,
    'SELECT id, body FROM experiments ORDER BY created_at_ms DESC, id',
  )
    .all()
    .map(({ id, body }) => parseJson(Experiment, body, `experiment "${id}"`));
}

/** Adds an experiment or changes one. */
export function saveExperiment(database: Database, experiment: Experiment): void {
  const { id, state, createdAt } = experiment;
  prepared<[string, string, number, string]>(
    database,
    `INSERT INTO experiments (id, state, created_at_ms, body) VALUES (?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET state = excluded.state, body = excluded.body`,
  ).run(id, state, createdAt, JSON.stringify(experiment));
}

/** Keeps what both arms did on one stretch; one that is there already changes nothing. Within one transaction. */
export function addStretch(database: Database, { experimentId, stretch }: NewStretch): void {
  const { place, from, to, frames, pairs, minutes } = stretch;
  const added = prepared<[string, string, number, number, number, number]>(
    database,
    `INSERT OR IGNORE INTO experiment_stretches (experiment_id, place, from_ms, to_ms, frames_a, frames_b)
     VALUES (?, ?, ?, ?, ?, ?)`,
  ).run(experimentId, place, from, to, frames.a, frames.b);
  if (added.changes === 0) return;
  const addPair = prepared<(string | number | null)[]>(
    database,
    `INSERT INTO experiment_pairs (experiment_id, place, line_id, kind, at_ms, a, b, answer, answered_by, answered_at_ms)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  for (const { lineId, kind, at, a, b, answer, answeredBy, answeredAt } of pairs) {
    const seen = [a, b].map((each) => (each === null ? null : JSON.stringify(each)));
    addPair.run(experimentId, place, lineId, kind, at, ...seen, answer, answeredBy, answeredAt);
  }
  for (const minute of minutes) addMinute(database, experimentId, minute);
}

/** A minute of which another stretch had a part already becomes the sum of both. */
function addMinute(database: Database, experimentId: string, minute: ArmMinute): void {
  const key: MinuteKey = [experimentId, minute.place, minute.arm, minute.minute];
  const known = prepared<MinuteKey, { readonly body: string }>(
    database,
    `SELECT body FROM experiment_minutes
     WHERE experiment_id = ? AND place = ? AND arm = ? AND minute_ms = ?`,
  ).get(...key);
  const whole = known ? joinMinutes(readMinute(known.body, experimentId), minute) : minute;
  prepared<[...MinuteKey, string]>(
    database,
    `INSERT INTO experiment_minutes (experiment_id, place, arm, minute_ms, body) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (experiment_id, place, arm, minute_ms) DO UPDATE SET body = excluded.body`,
  ).run(...key, JSON.stringify(whole));
}

type MinuteKey = [experimentId: string, place: string, arm: string, minute: number];

function readMinute(body: string, experimentId: string): ArmMinute {
  return parseJson(ArmMinute, body, `minute of experiment "${experimentId}"`);
}

/** Forgets up to `limit` experiments that came into the archive before a time, Unix ms, with all that is theirs. Returns their number. */
export function pruneExperiments(database: Database, { beforeMs, limit }: PruneStep): number {
  const old = prepared<[number, number], { readonly id: string }>(
    database,
    `SELECT id FROM experiments WHERE ${archivedAtSql} < ? ORDER BY created_at_ms LIMIT ?`,
  ).all(beforeMs, limit);
  for (const { id } of old) {
    for (const table of ['experiment_pairs', 'experiment_minutes', 'experiment_stretches']) {
      prepared<[string]>(database, `DELETE FROM ${table} WHERE experiment_id = ?`).run(id);
    }
    prepared<[string]>(database, 'DELETE FROM experiments WHERE id = ?').run(id);
  }
  return old.length;
}

/** Oldest first. */
export function listStretches(database: Database, experimentId: string): SeenStretch[] {
  return prepared<[string], SeenStretch>(
    database,
    `SELECT place, from_ms AS "from", to_ms AS "to", frames_a AS framesA, frames_b AS framesB
     FROM experiment_stretches WHERE experiment_id = ? ORDER BY from_ms, place`,
  ).all(experimentId);
}

/** In the order of time. */
export function listMinutes(database: Database, experimentId: string): ArmMinute[] {
  return prepared<[string], { readonly body: string }>(
    database,
    'SELECT body FROM experiment_minutes WHERE experiment_id = ? ORDER BY minute_ms, place, arm',
  )
    .all(experimentId)
    .map(({ body }) => readMinute(body, experimentId));
}

interface PairRow extends Omit<ExperimentPair, 'a' | 'b'> {
  readonly a: string | null;
  readonly b: string | null;
}

/** In the order of time. */
export function listPairs(database: Database, experimentId: string): ExperimentPair[] {
  const crossing = (text: string | null) =>
    text === null ? null : parseJson(ArmCrossing, text, `event of experiment "${experimentId}"`);
  return prepared<[string], PairRow>(
    database,
    `SELECT id, place, line_id AS lineId, kind, at_ms AS at, a, b, answer, answered_by AS answeredBy,
       answered_at_ms AS answeredAt
     FROM experiment_pairs WHERE experiment_id = ? ORDER BY at_ms, id`,
  )
    .all(experimentId)
    .map((row) => ({ ...row, a: crossing(row.a), b: crossing(row.b) }));
}

/** Returns whether there is such an event. */
export function answerPair(database: Database, given: PairAnswer): boolean {
  const { experimentId, pairId, answer, by, at } = given;
  const who = answer === null ? [null, null] : [by, at];
  return (
    prepared<(string | number | null)[]>(
      database,
      `UPDATE experiment_pairs SET answer = ?, answered_by = ?, answered_at_ms = ?
       WHERE experiment_id = ? AND id = ?`,
    ).run(answer, ...who, experimentId, pairId).changes === 1
  );
}
