/**
 * Paths of tracks in blocks of half a minute: one row for each camera and block, one for each track in it. A part is
 * found by time through its block and by place through its reach.
 */
import type { Migration } from './migration.ts';

export const trajectories: Migration = {
  version: 14,
  purpose: 'Paths of tracks in blocks',
  sql: `
    CREATE TABLE trajectory_blocks (
      id INTEGER PRIMARY KEY,
      camera_key INTEGER NOT NULL REFERENCES ledger_cameras (key),
      epoch INTEGER NOT NULL,
      from_ms INTEGER NOT NULL,
      to_ms INTEGER NOT NULL CHECK (to_ms >= from_ms),
      width INTEGER NOT NULL,
      height INTEGER NOT NULL,
      frames BLOB NOT NULL
    ) STRICT;

    CREATE INDEX trajectory_blocks_by_time ON trajectory_blocks (camera_key, from_ms);
    CREATE INDEX trajectory_blocks_by_age ON trajectory_blocks (to_ms);

    CREATE TABLE trajectory_parts (
      id INTEGER PRIMARY KEY,
      block_id INTEGER NOT NULL REFERENCES trajectory_blocks (id) ON DELETE CASCADE,
      track_id INTEGER NOT NULL,
      label TEXT NOT NULL,
      first_ms INTEGER NOT NULL,
      last_ms INTEGER NOT NULL,
      min_x INTEGER NOT NULL,
      min_y INTEGER NOT NULL,
      max_x INTEGER NOT NULL,
      max_y INTEGER NOT NULL,
      path BLOB NOT NULL
    ) STRICT;

    CREATE INDEX trajectory_parts_by_block ON trajectory_parts (block_id);
  `,
};
