/**
 * The ledger: one append-only row per crossing. Cameras, lines and digests are written once and referred to by a short
 * key, so that a row takes about 110 bytes and a month of ten million rows stays small. Rows refer to no table that a
 * person can empty.
 */
import type { Migration } from './migration.ts';

export const ledger: Migration = {
  version: 3,
  purpose: 'Crossings, append-only',
  sql: `
    CREATE TABLE ledger_cameras (
      key INTEGER PRIMARY KEY,
      camera_id TEXT NOT NULL UNIQUE,
      epoch INTEGER NOT NULL DEFAULT 0
    ) STRICT;

    CREATE TABLE ledger_lines (
      key INTEGER PRIMARY KEY,
      camera_key INTEGER NOT NULL REFERENCES ledger_cameras (key),
      line_id TEXT NOT NULL,
      UNIQUE (camera_key, line_id)
    ) STRICT;

    CREATE TABLE ledger_digests (
      key INTEGER PRIMARY KEY,
      digest TEXT NOT NULL UNIQUE
    ) STRICT;

    CREATE TABLE crossings (
      id INTEGER PRIMARY KEY,
      line_key INTEGER NOT NULL REFERENCES ledger_lines (key),
      line_revision INTEGER NOT NULL,
      epoch INTEGER NOT NULL,
      track_id INTEGER NOT NULL,
      ordinal INTEGER NOT NULL,
      direction TEXT NOT NULL CHECK (direction IN ('in', 'out')),
      label TEXT NOT NULL,
      at_ms INTEGER NOT NULL CHECK (at_ms >= 0),
      score REAL NOT NULL,
      point_x REAL NOT NULL,
      point_y REAL NOT NULL,
      box_x REAL NOT NULL,
      box_y REAL NOT NULL,
      box_width REAL NOT NULL,
      box_height REAL NOT NULL,
      model_key INTEGER NOT NULL REFERENCES ledger_digests (key),
      config_key INTEGER NOT NULL REFERENCES ledger_digests (key),
      UNIQUE (line_key, line_revision, epoch, track_id, ordinal)
    ) STRICT;

    CREATE INDEX crossings_by_line ON crossings (line_key, at_ms, id, direction);
    CREATE INDEX crossings_by_time ON crossings (at_ms);

    CREATE TRIGGER crossings_keep_rows BEFORE DELETE ON crossings BEGIN
      SELECT raise(ABORT, 'the ledger is append-only');
    END;
    CREATE TRIGGER crossings_keep_values BEFORE UPDATE ON crossings BEGIN
      SELECT raise(ABORT, 'the ledger is append-only');
    END;
  `,
};
