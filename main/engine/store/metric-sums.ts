/**
 * Figures of minutes added up by subject, where they lie: a month of minutes is too much to send from thread to thread.
 */
import type { Database } from 'better-sqlite3';
import type { MetricSubject } from '#contract/metrics.ts';
import {
  addFacts,
  fromStored,
  type MetricFacts,
  noFacts,
  StoredFacts,
  toStored,
} from '#engine/base/metric-facts.ts';
import { parseJson } from './rows.ts';
import { prepared } from './statements.ts';

export interface MetricSumsQuery {
  /** Minutes that begin within [from, to), Unix ms */
  readonly from: number;
  readonly to: number;
  readonly kind: MetricSubject;
}

export interface MetricSum {
  readonly subject: string;
  /** Start of the first and of the last minute, Unix time in ms */
  readonly firstAt: number;
  readonly lastAt: number;
  readonly facts: StoredFacts;
}

/** By subject. */
export function sumMetrics(database: Database, { from, to, kind }: MetricSumsQuery): MetricSum[] {
  const sums = new Map<string, { firstAt: number; lastAt: number; facts: MetricFacts }>();
  const rows = prepared<
    [string, number, number],
    { readonly subject: string; readonly at: number; readonly body: string }
  >(
    database,
    `SELECT subject, at_ms AS at, body FROM metric_minutes
     WHERE kind = ? AND at_ms >= ? AND at_ms < ? ORDER BY at_ms`,
  );
  for (const { subject, at, body } of rows.iterate(kind, from, to)) {
    const sum = sums.get(subject) ?? { firstAt: at, lastAt: at, facts: noFacts() };
    sums.set(subject, sum);
    sum.lastAt = at;
    addFacts(
      sum.facts,
      fromStored(parseJson(StoredFacts, body, `metric_minutes "${kind}/${subject}"`)),
    );
  }
  return [...sums]
    .map(([subject, { facts, ...times }]) => ({ subject, ...times, facts: toStored(facts) }))
    .sort((a, b) => a.subject.localeCompare(b.subject));
}
