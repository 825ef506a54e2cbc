/**
 * Index of the recording ring: one row per finished file. Rows and files go together; the files say the same themselves.
 */
import type { Migration } from './migration.ts';

export const recordings: Migration = {
  version: 16,
  purpose: 'Index of the recording ring',
  sql: `
    CREATE TABLE recording_segments (
      file TEXT PRIMARY KEY,
      camera_id TEXT NOT NULL,
      from_ms INTEGER NOT NULL,
      to_ms INTEGER NOT NULL CHECK (to_ms >= from_ms),
      bytes INTEGER NOT NULL CHECK (bytes >= 0),
      codec TEXT NOT NULL,
      is_masked INTEGER NOT NULL CHECK (is_masked IN (0, 1))
    ) STRICT, WITHOUT ROWID;

    CREATE INDEX recording_segments_by_camera ON recording_segments (camera_id, from_ms, to_ms, bytes);
    CREATE INDEX recording_segments_by_age ON recording_segments (from_ms);
  `,
};
