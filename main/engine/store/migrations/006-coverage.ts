/**
 * What was observed, when the station ran, and what was said about the rest. Gaps are not stored: they are what is left.
 */
import type { Migration } from './migration.ts';

export const coverage: Migration = {
  version: 6,
  purpose: 'Observed time, runs of the station, causes of gaps',
  sql: `
    CREATE TABLE observed (
      camera_key INTEGER NOT NULL REFERENCES ledger_cameras (key),
      from_ms INTEGER NOT NULL,
      to_ms INTEGER NOT NULL CHECK (to_ms >= from_ms),
      PRIMARY KEY (camera_key, from_ms)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE gap_causes (
      camera_key INTEGER NOT NULL REFERENCES ledger_cameras (key),
      at_ms INTEGER NOT NULL,
      cause TEXT NOT NULL,
      PRIMARY KEY (camera_key, at_ms)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE station_runs (
      id INTEGER PRIMARY KEY,
      started_at_ms INTEGER NOT NULL,
      alive_at_ms INTEGER NOT NULL CHECK (alive_at_ms >= started_at_ms)
    ) STRICT;
  `,
};
