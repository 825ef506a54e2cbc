/**
 * What the station knows of its own health: figures by the minute, how long each model counted, incidents, drills.
 */
import type { Migration } from './migration.ts';

export const health: Migration = {
  version: 25,
  purpose: 'Figures by the minute, time in which models counted, incidents, drills',
  sql: `
    CREATE TABLE metric_minutes (
      kind TEXT NOT NULL,
      subject TEXT NOT NULL,
      at_ms INTEGER NOT NULL CHECK (at_ms % 60000 = 0),
      body TEXT NOT NULL CHECK (json_valid(body)),
      PRIMARY KEY (kind, subject, at_ms)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX metric_minutes_by_time ON metric_minutes (at_ms);

    CREATE TABLE model_time (
      digest TEXT NOT NULL,
      day_ms INTEGER NOT NULL,
      wanted_ms INTEGER NOT NULL,
      served_ms INTEGER NOT NULL,
      PRIMARY KEY (digest, day_ms),
      CHECK (served_ms BETWEEN 0 AND wanted_ms)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE incidents (
      id TEXT PRIMARY KEY,
      kind TEXT NOT NULL,
      from_ms INTEGER NOT NULL,
      to_ms INTEGER,
      body TEXT NOT NULL CHECK (json_valid(body)),
      CHECK (to_ms IS NULL OR to_ms >= from_ms)
    ) STRICT;
    CREATE INDEX incidents_by_time ON incidents (from_ms);

    CREATE TABLE drills (
      id TEXT PRIMARY KEY,
      at_ms INTEGER NOT NULL,
      body TEXT NOT NULL CHECK (json_valid(body))
    ) STRICT;
    CREATE INDEX drills_by_time ON drills (at_ms);
  `,
};
