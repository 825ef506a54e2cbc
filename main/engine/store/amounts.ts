/**
 * How much there is of each kind of data, without reading it all: counts by index, sizes from the newest rows.
 */
import type { Database } from 'better-sqlite3';
import type { AmountQuery, StoredAmount } from './records.ts';
import { prepared } from './statements.ts';

/** Rows whose size is measured. */
const sampleRows = 200;
const everything = Number.MAX_SAFE_INTEGER;

/** What of a kind ended before a time, Unix ms; all of it when that is left out. */
export function measureAmount(database: Database, { kind, beforeMs }: AmountQuery): StoredAmount {
  const before = beforeMs ?? everything;
  const ask = (sql: string, ...values: number[]): StoredAmount =>
    prepared<number[], StoredAmount>(database, sql).get(...values) ?? nothing;
  switch (kind) {
    case 'counts':
      // The only holes of append-only tables are archived rows: without these the newest number is their count.
      return sum(
        ['crossings', 'zone_events', 'flow_passages'].map((table) =>
          ask(
            `SELECT coalesce(max(id), 0) - (SELECT coalesce(sum(rows), 0) FROM archive_parts
               WHERE kind = '${table}' AND state = 'archived') AS rows,
               NULL AS bytes, min(at_ms) AS oldestAt FROM ${table}`,
          ),
        ),
      );
    case 'paths': {
      const { rows, oldestAt } = ask(
        'SELECT count(*) AS rows, NULL AS bytes, min(to_ms) AS oldestAt FROM trajectory_blocks WHERE to_ms < ?',
        before,
      );
      return { rows, oldestAt, bytes: Math.round(rows * pathBlockBytes(database)) };
    }
    case 'recordings':
      return ask(
        'SELECT count(*) AS rows, coalesce(sum(bytes), 0) AS bytes, min(from_ms) AS oldestAt FROM recording_segments',
      );
    case 'blind-counts':
      return ask(
        'SELECT count(*) AS rows, sum(length(plan)) AS bytes, min(drawn_at_ms) AS oldestAt FROM blind_counts',
      );
    case 'alerts':
      return ask(
        `SELECT count(*) AS rows, sum(length(body)) AS bytes, min(since_ms) AS oldestAt
         FROM alerts WHERE coalesce(resolved_at_ms, ?) < ?`,
        ...[everything - 1, before],
      );
    case 'notifications':
      return ask(
        `SELECT count(*) AS rows, sum(length(notice)) AS bytes, min(created_at_ms) AS oldestAt
         FROM notifications WHERE coalesce(done_at_ms, ?) < ?`,
        ...[everything - 1, before],
      );
    case 'metrics':
      return ask(
        `SELECT count(*) AS rows, NULL AS bytes, min(at_ms) AS oldestAt
         FROM metric_minutes WHERE at_ms < ?`,
        before,
      );
    case 'experiments':
      return ask(
        `SELECT count(*) AS rows, NULL AS bytes, min(created_at_ms) AS oldestAt
         FROM experiments WHERE ${archivedAtSql} < ?`,
        before,
      );
    case 'audit':
      return ask(
        `SELECT coalesce(max(number), 0) AS rows, NULL AS bytes,
           (SELECT at_ms FROM audit_log ORDER BY number LIMIT 1) AS oldestAt FROM audit_log`,
      );
    case 'accounts':
      return ask(
        `SELECT (SELECT count(*) FROM users) + (SELECT count(*) FROM sessions) + (SELECT count(*) FROM api_keys)
           AS rows, NULL AS bytes, (SELECT min(created_at_ms) FROM sessions) AS oldestAt`,
      );
  }
}

/** When an experiment came into the archive, from where it goes; never for one that is at work. */
export const archivedAtSql = `CASE state WHEN 'archived'
  THEN coalesce(json_extract(body, '$.archivedAt'), created_at_ms) ELSE ${String(everything - 1)} END`;

const nothing: StoredAmount = { rows: 0, bytes: null, oldestAt: null };

function sum(amounts: readonly StoredAmount[]): StoredAmount {
  const times = amounts.flatMap(({ oldestAt }) => oldestAt ?? []);
  return {
    rows: amounts.reduce((rows, amount) => rows + amount.rows, 0),
    bytes: null,
    oldestAt: times.length === 0 ? null : Math.min(...times),
  };
}

/** Bytes of a block with its paths, on average over the newest ones. */
function pathBlockBytes(database: Database): number {
  const found = prepared<[number], { bytes: number | null }>(
    database,
    `SELECT avg(length(block.frames) + (
       SELECT coalesce(sum(length(path)), 0) FROM trajectory_parts WHERE block_id = block.id)) AS bytes
     FROM (SELECT id, frames FROM trajectory_blocks ORDER BY id DESC LIMIT ?) AS block`,
  ).get(sampleRows);
  return found?.bytes ?? 0;
}
