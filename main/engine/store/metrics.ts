/**
 * Tables of figures by the minute, and of the time in which each model counted.
 */
import type { Database } from 'better-sqlite3';
import { MetricSample } from '#contract/inference.ts';
import { MetricSubject } from '#contract/metrics.ts';
import {
  addFacts,
  fromStored,
  type StoredFacts,
  StoredFacts as StoredFactsSchema,
  toStored,
} from '#engine/base/metric-facts.ts';
import type { PruneStep } from './records.ts';
import { parseJson } from './rows.ts';
import { prepared } from './statements.ts';

export const minuteMs = 60_000;

/** What one subject did in one minute. */
export interface MetricRow {
  readonly kind: MetricSubject;
  readonly subject: string;
  /** Start of the minute, Unix time in ms */
  readonly at: number;
  readonly facts: StoredFacts;
}

/** How a model answered requests in one minute. */
export interface ServingRow {
  readonly digest: string;
  readonly at: number;
  readonly values: MetricSample['values'];
}

/** Added to the time of a model on a day: it should have counted, and it did. */
export interface ModelTime {
  readonly digest: string;
  /** Start of the day in UTC, Unix time in ms */
  readonly dayMs: number;
  readonly wantedMs: number;
  readonly servedMs: number;
}

export interface NewMetrics {
  readonly rows: readonly MetricRow[];
  readonly serving: readonly ServingRow[];
  readonly times: readonly ModelTime[];
}

export interface MetricRowQuery {
  /** Minutes that begin within [from, to), Unix ms */
  readonly from: number;
  readonly to: number;
  readonly kind?: MetricSubject | undefined;
  readonly subject?: string | undefined;
}

export interface ServingRowQuery {
  readonly digest: string;
  readonly from: number;
  readonly to: number;
}

const servingKind = 'serving';
const Values = MetricSample.shape.values;

/** A minute that is there already is added to: the station was started again within it, or the clock was set back. */
export function addMetrics(database: Database, { rows, serving, times }: NewMetrics): void {
  const insert = prepared<[string, string, number, string]>(
    database,
    `INSERT INTO metric_minutes (kind, subject, at_ms, body) VALUES (?, ?, ?, ?)
     ON CONFLICT (kind, subject, at_ms) DO UPDATE SET body = excluded.body`,
  );
  for (const row of rows) {
    const { kind, subject, at } = row;
    const [before] = minutesOf(database, kind, { subject, from: at, to: at + 1 });
    insert.run(kind, subject, at, JSON.stringify(before ? added(row, before.body) : row.facts));
  }
  for (const { digest, at, values } of serving) {
    insert.run(servingKind, digest, at, JSON.stringify(values));
  }
  for (const { digest, dayMs, wantedMs, servedMs } of times) {
    prepared<[string, number, number, number]>(
      database,
      `INSERT INTO model_time (digest, day_ms, wanted_ms, served_ms) VALUES (?, ?, ?, ?)
       ON CONFLICT (digest, day_ms) DO UPDATE
       SET wanted_ms = wanted_ms + excluded.wanted_ms, served_ms = served_ms + excluded.served_ms`,
    ).run(digest, dayMs, wantedMs, servedMs);
  }
}

function added({ kind, subject, facts }: MetricRow, before: string): StoredFacts {
  const where = `metric_minutes "${kind}/${subject}"`;
  const sum = fromStored(parseJson(StoredFactsSchema, before, where));
  addFacts(sum, fromStored(facts));
  return toStored(sum);
}

interface MinuteRow {
  readonly kind: string;
  readonly subject: string;
  readonly at: number;
  readonly body: string;
}

/** By kind and subject, oldest first. */
export function listMetrics(database: Database, query: MetricRowQuery): MetricRow[] {
  const kinds = query.kind === undefined ? MetricSubject.options : [query.kind];
  return kinds.flatMap((kind) =>
    minutesOf(database, kind, query).map(({ subject, at, body }) => ({
      ...{ kind, subject, at },
      facts: parseJson(StoredFactsSchema, body, `metric_minutes "${kind}/${subject}"`),
    })),
  );
}

/** Oldest first. */
export function listServing(database: Database, { digest, from, to }: ServingRowQuery) {
  return minutesOf(database, servingKind, { subject: digest, from, to }).map(
    ({ at, body }): ServingRow => ({
      ...{ digest, at },
      values: parseJson(Values, body, `metric_minutes "serving/${digest}"`),
    }),
  );
}

function minutesOf(
  database: Database,
  kind: string,
  { subject, from, to }: Omit<MetricRowQuery, 'kind'>,
): MinuteRow[] {
  if (subject !== undefined) {
    return prepared<[string, string, number, number], MinuteRow>(
      database,
      `SELECT kind, subject, at_ms AS at, body FROM metric_minutes
       WHERE kind = ? AND subject = ? AND at_ms >= ? AND at_ms < ? ORDER BY at_ms`,
    ).all(kind, subject, from, to);
  }
  return prepared<[string, number, number], MinuteRow>(
    database,
    `SELECT kind, subject, at_ms AS at, body FROM metric_minutes
     WHERE kind = ? AND at_ms >= ? AND at_ms < ? ORDER BY subject, at_ms`,
  ).all(kind, from, to);
}

/** Sums of the days that begin within [from, to), Unix ms, by digest. */
export function listModelTimes(
  database: Database,
  { from, to }: { readonly from: number; readonly to: number },
): ModelTime[] {
  return prepared<[number, number], ModelTime>(
    database,
    `SELECT digest, day_ms AS dayMs, wanted_ms AS wantedMs, served_ms AS servedMs FROM model_time
     WHERE day_ms >= ? AND day_ms < ? ORDER BY digest, day_ms`,
  ).all(from, to);
}

/** Removes up to `limit` minutes that began before a time, Unix ms. Returns their number. */
export function pruneMetrics(database: Database, { beforeMs, limit }: PruneStep): number {
  return prepared<[number, number]>(
    database,
    `DELETE FROM metric_minutes WHERE (kind, subject, at_ms) IN (
       SELECT kind, subject, at_ms FROM metric_minutes WHERE at_ms < ? ORDER BY at_ms LIMIT ?)`,
  ).run(beforeMs, limit).changes;
}
