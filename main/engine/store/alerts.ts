/**
 * Tables of alerts and their rules.
 */
import type { Database } from 'better-sqlite3';
import { Alert, AlertRule } from '#contract/alert.ts';
import type { AlertQuery, PruneStep, StoredAlert } from './records.ts';
import { parseJson } from './rows.ts';
import { prepared } from './statements.ts';

interface AlertRow {
  readonly id: string;
  readonly isTold: number;
  readonly body: string;
}

/** In the order in which they are shown. */
export function listAlertRules(database: Database): AlertRule[] {
  return prepared<[], { readonly id: string; readonly body: string }>(
    database,
    'SELECT id, body FROM alert_rules ORDER BY position, id',
  )
    .all()
    .map(({ id, body }) => parseJson(AlertRule, body, `alert rule "${id}"`));
}

/** Adds a rule at the end, or changes one in its place. */
export function saveAlertRule(database: Database, rule: AlertRule): void {
  prepared<[string, string]>(
    database,
    `INSERT INTO alert_rules (id, position, body)
     VALUES (?, (SELECT coalesce(max(position), 0) + 1 FROM alert_rules), ?)
     ON CONFLICT (id) DO UPDATE SET body = excluded.body`,
  ).run(rule.id, JSON.stringify(rule));
}

export function removeAlertRule(database: Database, id: string): void {
  prepared<[string]>(database, 'DELETE FROM alert_rules WHERE id = ?').run(id);
}

/** Newest first. */
export function listAlerts(database: Database, query: AlertQuery): StoredAlert[] {
  const { state, severity, metric, ruleId, cameraId, id, from, to, endedSince, limit } = query;
  return prepared<(string | number | null)[], AlertRow>(
    database,
    `SELECT id, is_told AS isTold, body FROM alerts
     WHERE id = coalesce(?, id)
       AND (? IS NULL OR state = ? OR (? = 'open' AND state <> 'resolved'))
       AND severity = coalesce(?, severity)
       AND metric = coalesce(?, metric)
       AND rule_id = coalesce(?, rule_id)
       AND (? IS NULL OR camera_id = ?)
       AND since_ms >= coalesce(?, since_ms) AND since_ms < coalesce(?, since_ms + 1)
       AND (? IS NULL OR resolved_at_ms >= ?)
     ORDER BY since_ms DESC, id LIMIT ?`,
  )
    .all(
      ...[id ?? null, state ?? null, state ?? null, state ?? null],
      ...[severity ?? null, metric ?? null, ruleId ?? null],
      ...[cameraId ?? null, cameraId ?? null, from ?? null, to ?? null],
      ...[endedSince ?? null, endedSince ?? null, limit],
    )
    .map((row) => ({
      alert: parseJson(Alert, row.body, `alert "${row.id}"`),
      isTold: row.isTold === 1,
    }));
}

/** Adds an alert or changes one. */
export function saveAlert(database: Database, { alert, isTold }: StoredAlert): void {
  prepared<(string | number | null)[]>(
    database,
    `INSERT INTO alerts (id, rule_id, subject, metric, severity, camera_id, state, since_ms, resolved_at_ms, is_told, body)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET severity = excluded.severity, state = excluded.state,
       resolved_at_ms = excluded.resolved_at_ms, is_told = excluded.is_told, body = excluded.body`,
  ).run(
    ...[alert.id, alert.ruleId, alert.subject, alert.metric, alert.severity, alert.cameraId],
    ...[alert.state, alert.since, alert.resolvedAt, isTold ? 1 : 0, JSON.stringify(alert)],
  );
}

/** Removes up to `limit` alerts that were resolved before a time, Unix ms. Returns their number. */
export function pruneAlerts(database: Database, { beforeMs, limit }: PruneStep): number {
  return prepared<[number, number]>(
    database,
    `DELETE FROM alerts WHERE id IN (
       SELECT id FROM alerts WHERE state = 'resolved' AND resolved_at_ms < ? LIMIT ?)`,
  ).run(beforeMs, limit).changes;
}
