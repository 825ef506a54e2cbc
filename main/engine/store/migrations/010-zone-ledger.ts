/**
 * The ledger of zones and flows: one append-only row per event and per passage, kept as crossings are.
 */
import type { Migration } from './migration.ts';

export const zoneLedger: Migration = {
  version: 10,
  purpose: 'Zone events and flow passages, append-only',
  sql: `
    CREATE TABLE ledger_zones (
      key INTEGER PRIMARY KEY,
      camera_key INTEGER NOT NULL REFERENCES ledger_cameras (key),
      zone_id TEXT NOT NULL,
      UNIQUE (camera_key, zone_id)
    ) STRICT;

    CREATE TABLE zone_events (
      id INTEGER PRIMARY KEY,
      zone_key INTEGER NOT NULL REFERENCES ledger_zones (key),
      zone_revision INTEGER NOT NULL,
      epoch INTEGER NOT NULL,
      track_id INTEGER NOT NULL,
      ordinal INTEGER NOT NULL,
      kind TEXT NOT NULL CHECK (kind IN ('enter', 'leave', 'loiter')),
      is_seen_passing INTEGER NOT NULL CHECK (is_seen_passing IN (0, 1)),
      label TEXT NOT NULL,
      at_ms INTEGER NOT NULL CHECK (at_ms >= 0),
      dwell_seconds REAL NOT NULL CHECK (dwell_seconds >= 0),
      score REAL NOT NULL,
      point_x REAL NOT NULL,
      point_y REAL NOT NULL,
      box_x REAL NOT NULL,
      box_y REAL NOT NULL,
      box_width REAL NOT NULL,
      box_height REAL NOT NULL,
      model_key INTEGER NOT NULL REFERENCES ledger_digests (key),
      config_key INTEGER NOT NULL REFERENCES ledger_digests (key),
      UNIQUE (zone_key, zone_revision, epoch, track_id, ordinal)
    ) STRICT;

    CREATE INDEX zone_events_by_zone ON zone_events (zone_key, at_ms, id, kind);
    CREATE INDEX zone_events_by_time ON zone_events (at_ms);

    CREATE TRIGGER zone_events_keep_rows BEFORE DELETE ON zone_events BEGIN
      SELECT raise(ABORT, 'the ledger is append-only');
    END;
    CREATE TRIGGER zone_events_keep_values BEFORE UPDATE ON zone_events BEGIN
      SELECT raise(ABORT, 'the ledger is append-only');
    END;

    CREATE TABLE ledger_flows (
      key INTEGER PRIMARY KEY,
      camera_key INTEGER NOT NULL REFERENCES ledger_cameras (key),
      flow_id TEXT NOT NULL,
      UNIQUE (camera_key, flow_id)
    ) STRICT;

    CREATE TABLE flow_passages (
      id INTEGER PRIMARY KEY,
      flow_key INTEGER NOT NULL REFERENCES ledger_flows (key),
      flow_revision INTEGER NOT NULL,
      epoch INTEGER NOT NULL,
      track_id INTEGER NOT NULL,
      ordinal INTEGER NOT NULL,
      label TEXT NOT NULL,
      from_ms INTEGER NOT NULL CHECK (from_ms >= 0),
      at_ms INTEGER NOT NULL CHECK (at_ms >= from_ms),
      model_key INTEGER NOT NULL REFERENCES ledger_digests (key),
      config_key INTEGER NOT NULL REFERENCES ledger_digests (key),
      UNIQUE (flow_key, flow_revision, epoch, track_id, ordinal)
    ) STRICT;

    CREATE INDEX flow_passages_by_flow ON flow_passages (flow_key, at_ms, id, from_ms);
    CREATE INDEX flow_passages_by_time ON flow_passages (at_ms);

    CREATE TRIGGER flow_passages_keep_rows BEFORE DELETE ON flow_passages BEGIN
      SELECT raise(ABORT, 'the ledger is append-only');
    END;
    CREATE TRIGGER flow_passages_keep_values BEFORE UPDATE ON flow_passages BEGIN
      SELECT raise(ABORT, 'the ledger is append-only');
    END;
  `,
};
