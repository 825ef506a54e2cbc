/**
 * How many are on the site: the state as of one crossing, and the append-only log of what was corrected.
 */
import type { Migration } from './migration.ts';

export const siteOccupancy: Migration = {
  version: 11,
  purpose: 'Occupancy of the site and its corrections',
  sql: `
    CREATE TABLE site_state (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      last_crossing_id INTEGER NOT NULL,
      state TEXT NOT NULL CHECK (json_valid(state)),
      changed_at_ms INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE occupancy_corrections (
      id INTEGER PRIMARY KEY,
      at_ms INTEGER NOT NULL,
      people_before INTEGER NOT NULL CHECK (people_before >= 0),
      people_after INTEGER NOT NULL CHECK (people_after >= 0),
      reason TEXT NOT NULL,
      note TEXT NOT NULL,
      done_by TEXT NOT NULL
    ) STRICT;

    CREATE TRIGGER occupancy_corrections_keep_rows BEFORE DELETE ON occupancy_corrections BEGIN
      SELECT raise(ABORT, 'the log of corrections is append-only');
    END;
    CREATE TRIGGER occupancy_corrections_keep_values BEFORE UPDATE ON occupancy_corrections BEGIN
      SELECT raise(ABORT, 'the log of corrections is append-only');
    END;
  `,
};
