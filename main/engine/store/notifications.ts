/**
 * Tables of the channels of notifications and of their outbox.
 */
import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import { ChannelDefinition, Notification, type NotificationQuery } from '#contract/notification.ts';
import { ErrorBody, StationError } from '#contract/error.ts';
import type {
  NewNotification,
  NotificationTry,
  PruneStep,
  StoredChannel,
  WaitingNotification,
} from './records.ts';
import { parseJson, parseStored } from './rows.ts';
import { prepared, preparedValue } from './statements.ts';

/** So many may wait in one channel; then the oldest of the least serious ones go. */
export const mostWaiting = 1_000;

interface ChannelRow {
  readonly id: string;
  readonly definition: string;
  readonly secret: string | null;
  readonly dropped: number;
}

interface NotificationRow {
  readonly id: number;
  readonly channel_id: string;
  readonly alert_id: string;
  readonly phase: string;
  readonly severity: string;
  readonly metric: string;
  readonly camera_id: string | null;
  readonly notice: string;
  readonly delivery_key: string;
  readonly created_at_ms: number;
  readonly state: string;
  readonly attempts: number;
  readonly next_try_at_ms: number | null;
  readonly done_at_ms: number | null;
  readonly error: string | null;
}

/** In the order of their ids. */
export function listChannels(database: Database): StoredChannel[] {
  return prepared<[], ChannelRow>(database, 'SELECT * FROM notification_channels ORDER BY id')
    .all()
    .map(({ id, definition, secret, dropped }) => ({
      definition: parseJson(ChannelDefinition, definition, `channel "${id}"`),
      secret,
      dropped,
    }));
}

/** Adds a channel or replaces one. `secret` is sealed text, or null for none. */
export function saveChannel(
  database: Database,
  { definition, secret }: Omit<StoredChannel, 'dropped'>,
  now: number,
): void {
  prepared<[string, string, string | null, number]>(
    database,
    `INSERT INTO notification_channels (id, definition, secret, saved_at_ms) VALUES (?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET definition = excluded.definition, secret = excluded.secret,
       saved_at_ms = excluded.saved_at_ms`,
  ).run(definition.id, JSON.stringify(definition), secret, now);
}

/** Removes a channel and gives up what waits in it. @throws StationError REQ_002 when there is none */
export function removeChannel(database: Database, id: string, now: number): void {
  const { changes } = prepared<[string]>(
    database,
    'DELETE FROM notification_channels WHERE id = ?',
  ).run(id);
  if (changes === 0) throw new StationError('REQ_002', `There is no channel "${id}".`);
  const error: ErrorBody = { code: 'REQ_002', message: 'The channel was removed.' };
  prepared<[number, string, string]>(
    database,
    `UPDATE notifications SET state = 'failed', next_try_at_ms = NULL, done_at_ms = ?, error = ?
     WHERE channel_id = ? AND state = 'waiting'`,
  ).run(now, JSON.stringify(error), id);
}

/** Writes what is to be sent, in the given order; what is too much for a channel is dropped and counted there. */
export function addNotifications(database: Database, rows: readonly NewNotification[]): void {
  const insert = prepared<(string | number | null)[]>(
    database,
    `INSERT INTO notifications (channel_id, alert_id, phase, severity, metric, camera_id, notice, delivery_key,
       created_at_ms, state, attempts, next_try_at_ms)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'waiting', 0, ?)`,
  );
  for (const row of rows) {
    insert.run(
      ...[row.channelId, row.alertId, row.phase, row.severity, row.metric, row.cameraId],
      ...[row.notice, row.key, row.createdAt, row.createdAt],
    );
    dropSurplus(database, row.channelId);
  }
}

function dropSurplus(database: Database, channelId: string): void {
  const surplus = waitingIn(database, channelId) - mostWaiting;
  if (surplus <= 0) return;
  prepared<[string, number]>(
    database,
    `DELETE FROM notifications WHERE id IN (
       SELECT id FROM notifications WHERE channel_id = ? AND state = 'waiting'
       ORDER BY CASE severity WHEN 'info' THEN 0 WHEN 'warning' THEN 1 ELSE 2 END, id LIMIT ?)`,
  ).run(channelId, surplus);
  prepared<[number, string]>(
    database,
    'UPDATE notification_channels SET dropped = dropped + ? WHERE id = ?',
  ).run(surplus, channelId);
}

function waitingIn(database: Database, channelId: string): number {
  return (
    preparedValue<[string], number>(
      database,
      "SELECT count(*) FROM notifications WHERE channel_id = ? AND state = 'waiting'",
    ).get(channelId) ?? 0
  );
}

/** What waits in a channel: the first of each alert, those with the fewest tries first, then the oldest. */
export function waitingNotifications(database: Database, channelId: string): WaitingNotification[] {
  return prepared<[string], NotificationRow>(
    database,
    `SELECT * FROM notifications WHERE id IN (
       SELECT min(id) FROM notifications WHERE channel_id = ? AND state = 'waiting' GROUP BY alert_id)
     ORDER BY attempts, id`,
  )
    .all(channelId)
    .map((row) => ({ ...toNotification(row), notice: row.notice }));
}

/** How many wait in each channel. */
export function countWaiting(database: Database): { channelId: string; waiting: number }[] {
  return prepared<[], { channelId: string; waiting: number }>(
    database,
    `SELECT channel_id AS channelId, count(*) AS waiting FROM notifications
     WHERE state = 'waiting' GROUP BY channel_id`,
  ).all();
}

/** Keeps what came of a try; one that was dropped in the meantime is left alone, and so is a new one with its id. */
export function recordTry(database: Database, outcome: NotificationTry): void {
  prepared<[string, number | null, number | null, string | null, number, number, string]>(
    database,
    `UPDATE notifications SET state = ?, next_try_at_ms = ?, done_at_ms = ?, error = ?, attempts = attempts + ?
     WHERE id = ? AND delivery_key = ? AND state = 'waiting'`,
  ).run(
    ...([outcome.state, outcome.nextTryAt, outcome.doneAt] as const),
    outcome.error === null ? null : JSON.stringify(outcome.error),
    outcome.isTried ? 1 : 0,
    ...([outcome.id, outcome.key] as const),
  );
}

/** Makes everything that waits in a channel due: its receiver answers again. */
export function hasten(database: Database, channelId: string, now: number): void {
  prepared<[number, string, number]>(
    database,
    `UPDATE notifications SET next_try_at_ms = ? WHERE channel_id = ? AND state = 'waiting' AND next_try_at_ms > ?`,
  ).run(now, channelId, now);
}

/** Forgets up to `limit` that were done before a time, Unix ms. Returns their number. */
export function pruneNotifications(database: Database, { beforeMs, limit }: PruneStep): number {
  return prepared<[number, number]>(
    database,
    `DELETE FROM notifications WHERE id IN (
       SELECT id FROM notifications WHERE done_at_ms < ? ORDER BY done_at_ms LIMIT ?)`,
  ).run(beforeMs, limit).changes;
}

/** Newest first. */
export function listNotifications(database: Database, query: NotificationQuery): Notification[] {
  const { channelId = null, alertId = null, state = null } = query;
  return prepared<(string | number | null)[], NotificationRow>(
    database,
    `SELECT * FROM notifications WHERE id < ? AND channel_id = coalesce(?, channel_id)
       AND alert_id = coalesce(?, alert_id) AND state = coalesce(?, state)
     ORDER BY id DESC LIMIT ?`,
  )
    .all(query.before ?? Number.MAX_SAFE_INTEGER, channelId, alertId, state, query.limit)
    .map(toNotification);
}

const Detail = z.object({ detail: z.string() });

function toNotification(row: NotificationRow): Notification {
  const where = `notification ${String(row.id)}`;
  return parseStored(
    Notification,
    {
      id: row.id,
      channelId: row.channel_id,
      alertId: row.alert_id,
      phase: row.phase,
      severity: row.severity,
      metric: row.metric,
      cameraId: row.camera_id,
      detail: parseJson(Detail, row.notice, where).detail,
      key: row.delivery_key,
      createdAt: row.created_at_ms,
      state: row.state,
      attempts: row.attempts,
      nextTryAt: row.next_try_at_ms,
      doneAt: row.done_at_ms,
      error: row.error === null ? null : parseJson(ErrorBody, row.error, where),
    },
    where,
  );
}
