/**
 * Privacy masks of the cameras; they go with their camera.
 */
import type { Migration } from './migration.ts';

export const masks: Migration = {
  version: 17,
  purpose: 'Privacy masks',
  sql: `
    CREATE TABLE privacy_masks (
      mask_id TEXT PRIMARY KEY,
      camera_id TEXT NOT NULL REFERENCES cameras (id) ON DELETE CASCADE,
      name TEXT NOT NULL,
      points TEXT NOT NULL CHECK (json_valid(points)),
      saved_at_ms INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE INDEX privacy_masks_by_camera ON privacy_masks (camera_id);
  `,
};
