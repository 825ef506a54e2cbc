/**
 * What the central database of many stations has not seen yet. Rows of the ledger only grow, so their ids are the cursor;
 * observed time and alerts change, so each carries the number of its last change. Nothing is kept twice: a mark is a number
 * and a name. The name of the station is made here, so that every backup has it.
 */
import type { Migration } from './migration.ts';

export const outbox: Migration = {
  version: 29,
  purpose: 'Marks of what changed, for the central database of many stations',
  sql: `
    CREATE TABLE coverage_marks (
      sequence INTEGER PRIMARY KEY AUTOINCREMENT,
      camera_key INTEGER NOT NULL REFERENCES ledger_cameras (key),
      from_ms INTEGER NOT NULL,
      UNIQUE (camera_key, from_ms)
    ) STRICT;

    CREATE TRIGGER observed_begins AFTER INSERT ON observed BEGIN
      DELETE FROM coverage_marks WHERE camera_key = NEW.camera_key AND from_ms = NEW.from_ms;
      INSERT INTO coverage_marks (camera_key, from_ms) VALUES (NEW.camera_key, NEW.from_ms);
    END;
    CREATE TRIGGER observed_changes AFTER UPDATE ON observed BEGIN
      DELETE FROM coverage_marks WHERE camera_key = NEW.camera_key AND from_ms = NEW.from_ms;
      INSERT INTO coverage_marks (camera_key, from_ms) VALUES (NEW.camera_key, NEW.from_ms);
    END;
    CREATE TRIGGER observed_goes AFTER DELETE ON observed BEGIN
      DELETE FROM coverage_marks WHERE camera_key = OLD.camera_key AND from_ms = OLD.from_ms;
      INSERT INTO coverage_marks (camera_key, from_ms) VALUES (OLD.camera_key, OLD.from_ms);
    END;

    CREATE TABLE alert_marks (
      sequence INTEGER PRIMARY KEY AUTOINCREMENT,
      alert_id TEXT NOT NULL UNIQUE
    ) STRICT;

    CREATE TRIGGER alerts_begin AFTER INSERT ON alerts BEGIN
      INSERT INTO alert_marks (alert_id) VALUES (NEW.id);
    END;
    CREATE TRIGGER alerts_change AFTER UPDATE ON alerts BEGIN
      DELETE FROM alert_marks WHERE alert_id = NEW.id;
      INSERT INTO alert_marks (alert_id) VALUES (NEW.id);
    END;
    -- An alert that is too old to be kept here stays in the central database.
    CREATE TRIGGER alerts_go AFTER DELETE ON alerts BEGIN
      DELETE FROM alert_marks WHERE alert_id = OLD.id;
    END;

    INSERT INTO coverage_marks (camera_key, from_ms) SELECT camera_key, from_ms FROM observed ORDER BY from_ms;
    INSERT INTO alert_marks (alert_id) SELECT id FROM alerts ORDER BY since_ms;

    INSERT INTO settings (key, value, changed_at_ms)
    VALUES ('central.stationId', json_quote(lower(hex(randomblob(16)))), 0);
  `,
};
