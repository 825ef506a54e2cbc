/**
 * Blind counts and the certificates that come of them. What a person marked before seeing the station's events is never
 * changed afterwards, and neither is a certificate.
 */
import type { Migration } from './migration.ts';

export const blindCounts: Migration = {
  version: 20,
  purpose: 'Blind counts and certificates',
  sql: `
    CREATE TABLE blind_counts (
      id INTEGER PRIMARY KEY,
      camera_id TEXT NOT NULL,
      line_id TEXT NOT NULL,
      drawn_at_ms INTEGER NOT NULL,
      drawn_by TEXT NOT NULL,
      plan TEXT NOT NULL CHECK (json_valid(plan))
    ) STRICT;

    CREATE TABLE blind_count_clips (
      count_id INTEGER NOT NULL REFERENCES blind_counts (id),
      position INTEGER NOT NULL,
      from_ms INTEGER NOT NULL,
      to_ms INTEGER NOT NULL CHECK (to_ms > from_ms),
      stratum INTEGER NOT NULL,
      inclusion REAL NOT NULL CHECK (inclusion > 0 AND inclusion <= 1),
      marks TEXT CHECK (json_valid(marks)),
      skipped TEXT,
      done_at_ms INTEGER,
      done_by TEXT,
      verdicts TEXT CHECK (json_valid(verdicts)),
      PRIMARY KEY (count_id, position)
    ) STRICT, WITHOUT ROWID;

    CREATE TRIGGER blind_count_clips_keep_marks BEFORE UPDATE ON blind_count_clips
    WHEN OLD.done_at_ms IS NOT NULL
      AND (NEW.marks IS NOT OLD.marks OR NEW.skipped IS NOT OLD.skipped OR NEW.done_at_ms IS NOT OLD.done_at_ms)
    BEGIN
      SELECT raise(ABORT, 'marks of a blind count are never changed');
    END;

    CREATE TABLE certificates (
      id INTEGER PRIMARY KEY,
      count_id INTEGER NOT NULL UNIQUE REFERENCES blind_counts (id),
      camera_id TEXT NOT NULL,
      line_id TEXT NOT NULL,
      issued_at_ms INTEGER NOT NULL,
      issued_by TEXT NOT NULL,
      body TEXT NOT NULL CHECK (json_valid(body))
    ) STRICT;

    CREATE INDEX certificates_by_line ON certificates (camera_id, line_id, issued_at_ms);

    CREATE TRIGGER certificates_keep_rows BEFORE DELETE ON certificates BEGIN
      SELECT raise(ABORT, 'certificates are append-only');
    END;
    CREATE TRIGGER certificates_keep_values BEFORE UPDATE ON certificates BEGIN
      SELECT raise(ABORT, 'certificates are append-only');
    END;
  `,
};
