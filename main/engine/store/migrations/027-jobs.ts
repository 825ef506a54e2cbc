/**
 * Batch jobs: their runs, the pictures of each run, and what was counted there. Apart from the ledger: no count of the site.
 */
import type { Migration } from './migration.ts';

export const jobs: Migration = {
  version: 27,
  purpose: 'Batch jobs, their runs, and what they counted',
  sql: `
    CREATE TABLE jobs (
      id TEXT PRIMARY KEY,
      created_at_ms INTEGER NOT NULL,
      body TEXT NOT NULL CHECK (json_valid(body))
    ) STRICT;

    CREATE TABLE job_runs (
      id INTEGER PRIMARY KEY,
      job_id TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
      state TEXT NOT NULL
        CHECK (state IN ('waiting', 'running', 'paused', 'done', 'cancelled', 'failed')),
      body TEXT NOT NULL CHECK (json_valid(body))
    ) STRICT;
    CREATE INDEX job_runs_of ON job_runs (job_id, id);

    -- checkpoint: tracker and counters after the frame frame_seq, written with the rows of that frame
    CREATE TABLE job_items (
      run_id INTEGER NOT NULL REFERENCES job_runs (id) ON DELETE CASCADE,
      position INTEGER NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'failed')),
      frames INTEGER NOT NULL DEFAULT 0,
      done_ms REAL NOT NULL DEFAULT 0,
      frame_seq INTEGER,
      at_ms INTEGER,
      checkpoint TEXT,
      body TEXT NOT NULL CHECK (json_valid(body)),
      PRIMARY KEY (run_id, position),
      CHECK ((checkpoint IS NULL) = (frame_seq IS NULL) AND (checkpoint IS NULL) = (at_ms IS NULL))
    ) STRICT;

    CREATE TABLE job_crossings (
      run_id INTEGER NOT NULL,
      position INTEGER NOT NULL,
      line_id TEXT NOT NULL,
      direction TEXT NOT NULL CHECK (direction IN ('in', 'out')),
      label TEXT NOT NULL,
      track_id INTEGER NOT NULL,
      ordinal INTEGER NOT NULL,
      at_ms INTEGER NOT NULL,
      id INTEGER NOT NULL,
      score REAL NOT NULL,
      box TEXT NOT NULL CHECK (json_valid(box)),
      PRIMARY KEY (run_id, id),
      UNIQUE (run_id, position, line_id, track_id, ordinal),
      FOREIGN KEY (run_id, position) REFERENCES job_items (run_id, position) ON DELETE CASCADE
    ) STRICT;
  `,
};
