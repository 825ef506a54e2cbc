/**
 * Channels of notifications and their outbox. A row of the outbox is written before it is sent, so that a restart loses none.
 */
import type { Migration } from './migration.ts';

export const notifications: Migration = {
  version: 22,
  purpose: 'Channels of notifications and their outbox',
  sql: `
    CREATE TABLE notification_channels (
      id TEXT PRIMARY KEY,
      definition TEXT NOT NULL CHECK (json_valid(definition)),
      secret TEXT,
      dropped INTEGER NOT NULL DEFAULT 0 CHECK (dropped >= 0),
      saved_at_ms INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE notifications (
      id INTEGER PRIMARY KEY,
      channel_id TEXT NOT NULL,
      alert_id TEXT NOT NULL,
      phase TEXT NOT NULL,
      severity TEXT NOT NULL CHECK (severity IN ('info', 'warning', 'critical')),
      metric TEXT NOT NULL,
      camera_id TEXT,
      notice TEXT NOT NULL CHECK (json_valid(notice)),
      delivery_key TEXT NOT NULL UNIQUE,
      created_at_ms INTEGER NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('waiting', 'delivered', 'failed')),
      attempts INTEGER NOT NULL CHECK (attempts >= 0),
      next_try_at_ms INTEGER,
      done_at_ms INTEGER,
      error TEXT CHECK (json_valid(error)),
      CHECK ((state = 'waiting') = (done_at_ms IS NULL)),
      CHECK ((state = 'waiting') = (next_try_at_ms IS NOT NULL))
    ) STRICT;

    CREATE INDEX notifications_waiting ON notifications (channel_id, id) WHERE state = 'waiting';
    CREATE INDEX notifications_by_channel ON notifications (channel_id, id);
    CREATE INDEX notifications_by_alert ON notifications (alert_id, id);
    CREATE INDEX notifications_done ON notifications (done_at_ms) WHERE done_at_ms IS NOT NULL;
  `,
};
