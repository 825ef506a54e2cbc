/**
 * With what each line was counted, and from when to when: revision of the line, model, settings. A trigger keeps it, so that
 * it is known without reading the rows whether a time was counted with one setup only.
 */
import type { Migration } from './migration.ts';

export const ledgerSetups: Migration = {
  version: 19,
  purpose: 'First and last crossing of each line by revision, model and settings',
  sql: `
    CREATE TABLE ledger_setups (
      line_key INTEGER NOT NULL REFERENCES ledger_lines (key),
      line_revision INTEGER NOT NULL,
      model_key INTEGER NOT NULL REFERENCES ledger_digests (key),
      config_key INTEGER NOT NULL REFERENCES ledger_digests (key),
      first_ms INTEGER NOT NULL,
      last_ms INTEGER NOT NULL CHECK (last_ms >= first_ms),
      PRIMARY KEY (line_key, line_revision, model_key, config_key)
    ) STRICT, WITHOUT ROWID;

    CREATE TRIGGER crossings_setup AFTER INSERT ON crossings BEGIN
      INSERT INTO ledger_setups (line_key, line_revision, model_key, config_key, first_ms, last_ms)
      VALUES (NEW.line_key, NEW.line_revision, NEW.model_key, NEW.config_key, NEW.at_ms, NEW.at_ms)
      ON CONFLICT (line_key, line_revision, model_key, config_key)
      DO UPDATE SET first_ms = min(first_ms, excluded.first_ms), last_ms = max(last_ms, excluded.last_ms);
    END;

    INSERT INTO ledger_setups (line_key, line_revision, model_key, config_key, first_ms, last_ms)
    SELECT line_key, line_revision, model_key, config_key, min(at_ms), max(at_ms)
    FROM crossings GROUP BY 1, 2, 3, 4;
  `,
};
