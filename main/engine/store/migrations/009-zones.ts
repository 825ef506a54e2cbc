/**
 * Zones and flows with all their revisions. Like lines they outlive their camera, as their events do.
 */
import type { Migration } from './migration.ts';

export const zones: Migration = {
  version: 9,
  purpose: 'Revisions of zones and flows',
  sql: `
    CREATE TABLE zone_revisions (
      zone_id TEXT NOT NULL,
      revision INTEGER NOT NULL CHECK (revision > 0),
      camera_id TEXT NOT NULL,
      definition TEXT NOT NULL CHECK (json_valid(definition)),
      created_at_ms INTEGER NOT NULL,
      removed_at_ms INTEGER,
      PRIMARY KEY (zone_id, revision)
    ) STRICT, WITHOUT ROWID;

    CREATE INDEX zone_revisions_by_camera ON zone_revisions (camera_id, zone_id, revision);

    CREATE TABLE flow_revisions (
      flow_id TEXT NOT NULL,
      revision INTEGER NOT NULL CHECK (revision > 0),
      camera_id TEXT NOT NULL,
      definition TEXT NOT NULL CHECK (json_valid(definition)),
      created_at_ms INTEGER NOT NULL,
      removed_at_ms INTEGER,
      PRIMARY KEY (flow_id, revision)
    ) STRICT, WITHOUT ROWID;

    CREATE INDEX flow_revisions_by_camera ON flow_revisions (camera_id, flow_id, revision);
  `,
};
