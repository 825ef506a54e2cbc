/**
 * What of the ledger lies in files. A row may go only when a written file covers it, and only a file that is being restored
 * may bring it back; its sum stays or goes with it by trigger, so that no way of removing a row can forget it. A day is whole
 * (UTC), so no quarter of an hour is cut. Crossings have their sums already (004).
 */
import type { Migration } from './migration.ts';

const dayMs = 86_400_000;
const quarterMs = 900_000;

/** Whether a part of the archive in this state covers the row. */
function covers(state: 'removing' | 'restoring', table: string, row: 'OLD' | 'NEW'): string {
  return `EXISTS (SELECT 1 FROM archive_parts WHERE kind = '${table}' AND day = ${row}.at_ms / ${String(dayMs)}
      AND last_id >= ${row}.id AND state = '${state}')`;
}

function keepRows(table: string): string {
  return `
    DROP TRIGGER ${table}_keep_rows;
    CREATE TRIGGER ${table}_keep_rows BEFORE DELETE ON ${table}
    WHEN NOT ${covers('removing', table, 'OLD')} BEGIN
      SELECT raise(ABORT, 'the ledger is append-only');
    END;`;
}

export const archive: Migration = {
  version: 30,
  purpose: 'Archive of the ledger: its files, and the sums of rows that are in them',
  sql: `
    CREATE TABLE archive_parts (
      kind TEXT NOT NULL CHECK (kind IN ('crossings', 'zone_events', 'flow_passages')),
      day INTEGER NOT NULL,
      last_id INTEGER NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('removing', 'archived', 'restoring', 'restored')),
      rows INTEGER NOT NULL CHECK (rows > 0),
      bytes INTEGER NOT NULL,
      digest TEXT NOT NULL,
      at_ms INTEGER NOT NULL,
      PRIMARY KEY (kind, day, last_id)
    ) STRICT, WITHOUT ROWID;

    ${['crossings', 'zone_events', 'flow_passages'].map(keepRows).join('\n')}

    DROP TRIGGER crossings_tally;
    CREATE TRIGGER crossings_tally AFTER INSERT ON crossings
    WHEN NOT ${covers('restoring', 'crossings', 'NEW')} BEGIN
      INSERT INTO tally_quarters (line_key, quarter, direction, label, crossings)
      VALUES (NEW.line_key, NEW.at_ms / ${String(quarterMs)}, NEW.direction, NEW.label, 1)
      ON CONFLICT (line_key, quarter, direction, label) DO UPDATE SET crossings = crossings + 1;
    END;

    CREATE TABLE archived_zone_quarters (
      zone_key INTEGER NOT NULL REFERENCES ledger_zones (key),
      quarter INTEGER NOT NULL,
      kind TEXT NOT NULL,
      label TEXT NOT NULL,
      events INTEGER NOT NULL CHECK (events >= 0),
      PRIMARY KEY (zone_key, quarter, kind, label)
    ) STRICT, WITHOUT ROWID;
    CREATE TRIGGER zone_events_archived AFTER DELETE ON zone_events BEGIN
      INSERT INTO archived_zone_quarters (zone_key, quarter, kind, label, events)
      VALUES (OLD.zone_key, OLD.at_ms / ${String(quarterMs)}, OLD.kind, OLD.label, 1)
      ON CONFLICT (zone_key, quarter, kind, label) DO UPDATE SET events = events + 1;
    END;
    CREATE TRIGGER zone_events_restored AFTER INSERT ON zone_events
    WHEN ${covers('restoring', 'zone_events', 'NEW')} BEGIN
      UPDATE archived_zone_quarters SET events = events - 1
      WHERE zone_key = NEW.zone_key AND quarter = NEW.at_ms / ${String(quarterMs)}
        AND kind = NEW.kind AND label = NEW.label;
    END;

    CREATE TABLE archived_flow_quarters (
      flow_key INTEGER NOT NULL REFERENCES ledger_flows (key),
      quarter INTEGER NOT NULL,
      passages INTEGER NOT NULL CHECK (passages >= 0),
      transit_ms INTEGER NOT NULL,
      PRIMARY KEY (flow_key, quarter)
    ) STRICT, WITHOUT ROWID;
    CREATE TRIGGER flow_passages_archived AFTER DELETE ON flow_passages BEGIN
      INSERT INTO archived_flow_quarters (flow_key, quarter, passages, transit_ms)
      VALUES (OLD.flow_key, OLD.at_ms / ${String(quarterMs)}, 1, OLD.at_ms - OLD.from_ms)
      ON CONFLICT (flow_key, quarter) DO UPDATE
      SET passages = passages + 1, transit_ms = transit_ms + excluded.transit_ms;
    END;
    CREATE TRIGGER flow_passages_restored AFTER INSERT ON flow_passages
    WHEN ${covers('restoring', 'flow_passages', 'NEW')} BEGIN
      UPDATE archived_flow_quarters
      SET passages = passages - 1, transit_ms = transit_ms - (NEW.at_ms - NEW.from_ms)
      WHERE flow_key = NEW.flow_key AND quarter = NEW.at_ms / ${String(quarterMs)};
    END;
  `,
};
