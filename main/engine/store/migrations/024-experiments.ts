/**
 * Experiments: what two arms counted on the same pictures. It is apart from the ledger: nothing of it is ever a count of the site.
 */
import type { Migration } from './migration.ts';

export const experiments: Migration = {
  version: 24,
  purpose: 'Experiments, and what their arms counted',
  sql: `
    CREATE TABLE experiments (
      id TEXT PRIMARY KEY,
      state TEXT NOT NULL CHECK (state IN ('draft', 'running', 'paused', 'decided', 'archived')),
      created_at_ms INTEGER NOT NULL,
      body TEXT NOT NULL CHECK (json_valid(body))
    ) STRICT;

    CREATE TABLE experiment_stretches (
      experiment_id TEXT NOT NULL REFERENCES experiments (id),
      place TEXT NOT NULL,
      from_ms INTEGER NOT NULL,
      to_ms INTEGER NOT NULL,
      frames_a INTEGER NOT NULL,
      frames_b INTEGER NOT NULL,
      PRIMARY KEY (experiment_id, place, from_ms),
      CHECK (to_ms >= from_ms)
    ) STRICT;

    CREATE TABLE experiment_pairs (
      id INTEGER PRIMARY KEY,
      experiment_id TEXT NOT NULL REFERENCES experiments (id),
      place TEXT NOT NULL,
      line_id TEXT NOT NULL,
      kind TEXT NOT NULL CHECK (kind IN ('both', 'only-a', 'only-b', 'different')),
      at_ms INTEGER NOT NULL,
      a TEXT CHECK (a IS NULL OR json_valid(a)),
      b TEXT CHECK (b IS NULL OR json_valid(b)),
      answer TEXT CHECK (answer IN ('a', 'b', 'both', 'neither')),
      answered_by TEXT,
      answered_at_ms INTEGER,
      CHECK (a IS NOT NULL OR b IS NOT NULL)
    ) STRICT;
    CREATE INDEX experiment_pairs_of ON experiment_pairs (experiment_id, at_ms);

    CREATE TABLE experiment_minutes (
      experiment_id TEXT NOT NULL REFERENCES experiments (id),
      place TEXT NOT NULL,
      arm TEXT NOT NULL CHECK (arm IN ('a', 'b')),
      minute_ms INTEGER NOT NULL,
      body TEXT NOT NULL CHECK (json_valid(body)),
      PRIMARY KEY (experiment_id, place, arm, minute_ms)
    ) STRICT;
  `,
};
