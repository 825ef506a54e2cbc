/**
 * What was measured of lines and cameras by the hour, so that hours are judged by their past without reading paths again. An
 * hour of which nothing is kept has the body `null`, so that it is not looked for again.
 */
import type { Migration } from './migration.ts';

export const trustHours: Migration = {
  version: 28,
  purpose: 'Figures of lines and cameras by the hour',
  sql: `
    CREATE TABLE trust_lines (
      line_id TEXT NOT NULL,
      revision INTEGER NOT NULL,
      hour_ms INTEGER NOT NULL CHECK (hour_ms % 3600000 = 0),
      body TEXT NOT NULL CHECK (json_valid(body)),
      PRIMARY KEY (line_id, revision, hour_ms)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX trust_lines_by_time ON trust_lines (hour_ms);

    CREATE TABLE trust_cameras (
      camera_id TEXT NOT NULL,
      hour_ms INTEGER NOT NULL CHECK (hour_ms % 3600000 = 0),
      body TEXT NOT NULL CHECK (json_valid(body)),
      PRIMARY KEY (camera_id, hour_ms)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX trust_cameras_by_time ON trust_cameras (hour_ms);
  `,
};
