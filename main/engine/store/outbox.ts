/**
 * Reads what the central database has not seen yet: a cursor into the ledger, never a copy of it.
 */
import type { Database } from 'better-sqlite3';
import { Alert } from '#contract/alert.ts';
import {
  type OutboxEnds,
  outboxKinds,
  type OutboxKind,
  type OutboxRows,
} from '#engine/base/outbox.ts';
import { parseJson } from './rows.ts';
import { prepared, preparedValue } from './statements.ts';

export interface OutboxQuery {
  readonly kind: OutboxKind;
  /** Only rows with a greater sequence */
  readonly after: number;
  readonly limit: number;
}

export type AnyOutboxRow = OutboxRows[OutboxKind];

/** In the order of their sequence. */
export function readOutbox(database: Database, query: OutboxQuery): AnyOutboxRow[] {
  const read = <Row>(sql: string): Row[] =>
    prepared<[number, number], Row>(database, sql).all(query.after, query.limit);
  switch (query.kind) {
    case 'crossings':
      return read<OutboxRows['crossings']>(crossings);
    case 'zoneEvents':
      return read<OutboxRows['zoneEvents']>(zoneEvents);
    case 'coverage':
      return read<OutboxRows['coverage']>(coverage);
    case 'alerts':
      return read<{ sequence: number; id: string; body: string }>(alerts).map(
        ({ sequence, id, body }) => ({ sequence, alert: parseJson(Alert, body, `alert "${id}"`) }),
      );
  }
}

/** The newest sequence of each kind. */
export function outboxEnds(database: Database): OutboxEnds {
  const [crossing, zoneEvent, span, alert] = outboxKinds.map(
    (kind) => preparedValue<[], number>(database, `SELECT coalesce(${ends[kind]}, 0)`).get() ?? 0,
  );
  return {
    ...{ crossings: crossing ?? 0, zoneEvents: zoneEvent ?? 0 },
    ...{ coverage: span ?? 0, alerts: alert ?? 0 },
  };
}

const ends: Readonly<Record<OutboxKind, string>> = {
  crossings: '(SELECT max(id) FROM crossings)',
  zoneEvents: '(SELECT max(id) FROM zone_events)',
  coverage: '(SELECT max(sequence) FROM coverage_marks)',
  alerts: '(SELECT max(sequence) FROM alert_marks)',
};

const fact = `x.id AS sequence, c.camera_id AS cameraId, x.epoch AS cameraEpoch, x.track_id AS trackId, x.ordinal,
  x.label, x.at_ms AS at, x.score, m.digest AS modelDigest, s.digest AS configDigest`;
const names = `JOIN ledger_cameras AS c ON c.key = p.camera_key
  JOIN ledger_digests AS m ON m.key = x.model_key
  JOIN ledger_digests AS s ON s.key = x.config_key
  WHERE x.id > ? ORDER BY x.id LIMIT ?`;

const crossings = `
  SELECT ${fact}, p.line_id AS lineId, x.line_revision AS revision, x.direction
  FROM crossings AS x JOIN ledger_lines AS p ON p.key = x.line_key ${names}`;
const zoneEvents = `
  SELECT ${fact}, p.zone_id AS zoneId, x.zone_revision AS revision, x.kind, x.dwell_seconds AS dwellSeconds
  FROM zone_events AS x JOIN ledger_zones AS p ON p.key = x.zone_key ${names}`;
const coverage = `
  SELECT x.sequence, c.camera_id AS cameraId, x.from_ms AS "from", o.to_ms AS "to"
  FROM coverage_marks AS x
  JOIN ledger_cameras AS c ON c.key = x.camera_key
  LEFT JOIN observed AS o ON o.camera_key = x.camera_key AND o.from_ms = x.from_ms
  WHERE x.sequence > ? ORDER BY x.sequence LIMIT ?`;
const alerts = `
  SELECT x.sequence, a.id, a.body FROM alert_marks AS x JOIN alerts AS a ON a.id = x.alert_id
  WHERE x.sequence > ? ORDER BY x.sequence LIMIT ?`;
