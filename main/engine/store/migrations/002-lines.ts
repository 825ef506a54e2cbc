/**
 * Counting lines with all their revisions. They outlive their camera, as the crossings do, so nothing refers to `cameras`.
 */
import type { Migration } from './migration.ts';

export const lines: Migration = {
  version: 2,
  purpose: 'Revisions of the counting lines',
  sql: `
    CREATE TABLE line_revisions (
      line_id TEXT NOT NULL,
      revision INTEGER NOT NULL CHECK (revision > 0),
      camera_id TEXT NOT NULL,
      definition TEXT NOT NULL CHECK (json_valid(definition)),
      created_at_ms INTEGER NOT NULL,
      removed_at_ms INTEGER,
      PRIMARY KEY (line_id, revision)
    ) STRICT, WITHOUT ROWID;

    CREATE INDEX line_revisions_by_camera ON line_revisions (camera_id, line_id, revision);
  `,
};
