/**
 * Whether somebody was counted at the time of a file of the recording ring, so that such files are kept by a rule of their own.
 * NULL: not looked at yet.
 */
import type { Migration } from './migration.ts';

export const recordedEvents: Migration = {
  version: 31,
  purpose: 'Files of the recording ring with and without events',
  sql: `
    ALTER TABLE recording_segments ADD COLUMN has_event INTEGER CHECK (has_event IN (0, 1));
    CREATE INDEX recording_segments_by_event ON recording_segments (camera_id, has_event, to_ms);
  `,
};
