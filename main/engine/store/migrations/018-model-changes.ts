/**
 * Where in the ledger another model began to count on a camera, what a rehearsal said before a model was made to count, and
 * why one was skipped. No row is ever changed.
 */
import type { Migration } from './migration.ts';

export const modelChanges: Migration = {
  version: 18,
  purpose: 'Boundaries between models in the ledger, and rehearsals',
  sql: `
    CREATE TABLE model_boundaries (
      id INTEGER PRIMARY KEY,
      camera_key INTEGER NOT NULL REFERENCES ledger_cameras (key),
      at_ms INTEGER NOT NULL,
      model_key INTEGER NOT NULL REFERENCES ledger_digests (key)
    ) STRICT;
    CREATE UNIQUE INDEX model_boundaries_by_camera ON model_boundaries (camera_key, at_ms);

    CREATE TABLE model_rehearsals (
      id INTEGER PRIMARY KEY,
      digest TEXT NOT NULL REFERENCES models (digest),
      at_ms INTEGER NOT NULL,
      report TEXT NOT NULL CHECK (json_valid(report))
    ) STRICT;

    ALTER TABLE model_history ADD COLUMN rehearsal_id INTEGER REFERENCES model_rehearsals (id);
    ALTER TABLE model_history ADD COLUMN skip_reason TEXT;

    CREATE TRIGGER model_boundaries_keep_rows BEFORE DELETE ON model_boundaries BEGIN
      SELECT raise(ABORT, 'the ledger is append-only');
    END;
    CREATE TRIGGER model_boundaries_keep_values BEFORE UPDATE ON model_boundaries BEGIN
      SELECT raise(ABORT, 'the ledger is append-only');
    END;
    CREATE TRIGGER model_rehearsals_keep_rows BEFORE DELETE ON model_rehearsals BEGIN
      SELECT raise(ABORT, 'rehearsals are append-only');
    END;
    CREATE TRIGGER model_rehearsals_keep_values BEFORE UPDATE ON model_rehearsals BEGIN
      SELECT raise(ABORT, 'rehearsals are append-only');
    END;
  `,
};
