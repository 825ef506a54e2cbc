/**
 * Rules of alerts, and the alerts that fired: at most one that is open for each rule and subject.
 */
import type { Migration } from './migration.ts';

export const alerts: Migration = {
  version: 21,
  purpose: 'Rules of alerts, and alerts',
  sql: `
    CREATE TABLE alert_rules (
      id TEXT PRIMARY KEY,
      position INTEGER NOT NULL,
      body TEXT NOT NULL CHECK (json_valid(body))
    ) STRICT;

    CREATE TABLE alerts (
      id TEXT PRIMARY KEY,
      rule_id TEXT NOT NULL,
      subject TEXT NOT NULL,
      metric TEXT NOT NULL,
      severity TEXT NOT NULL,
      camera_id TEXT,
      state TEXT NOT NULL CHECK (state IN ('firing', 'acknowledged', 'resolved')),
      since_ms INTEGER NOT NULL,
      resolved_at_ms INTEGER,
      is_told INTEGER NOT NULL CHECK (is_told IN (0, 1)),
      body TEXT NOT NULL CHECK (json_valid(body)),
      CHECK ((state = 'resolved') = (resolved_at_ms IS NOT NULL))
    ) STRICT;

    CREATE UNIQUE INDEX alerts_open ON alerts (rule_id, subject) WHERE state <> 'resolved';
    CREATE INDEX alerts_by_time ON alerts (since_ms);
  `,
};
