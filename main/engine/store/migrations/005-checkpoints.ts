/**
 * The newest checkpoint of each camera, written in the transaction of the rows that it follows.
 */
import type { Migration } from './migration.ts';

export const checkpoints: Migration = {
  version: 5,
  purpose: 'Where each camera goes on after a crash',
  sql: `
    CREATE TABLE checkpoints (
      camera_key INTEGER PRIMARY KEY REFERENCES ledger_cameras (key),
      epoch INTEGER NOT NULL,
      frame_seq INTEGER NOT NULL,
      at_ms INTEGER NOT NULL,
      state TEXT NOT NULL
    ) STRICT;
  `,
};
