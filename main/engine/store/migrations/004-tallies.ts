/**
 * Roll-ups of the ledger in quarters of an hour UTC, to which every time zone in use is aligned. A trigger keeps them, so
 * no way of writing a row can forget its sum.
 */
import type { Migration } from './migration.ts';

export const tallies: Migration = {
  version: 4,
  purpose: 'Crossings summed by quarter of an hour',
  sql: `
    CREATE TABLE tally_quarters (
      line_key INTEGER NOT NULL REFERENCES ledger_lines (key),
      quarter INTEGER NOT NULL,
      direction TEXT NOT NULL,
      label TEXT NOT NULL,
      crossings INTEGER NOT NULL CHECK (crossings > 0),
      PRIMARY KEY (line_key, quarter, direction, label)
    ) STRICT, WITHOUT ROWID;

    CREATE TRIGGER crossings_tally AFTER INSERT ON crossings BEGIN
      INSERT INTO tally_quarters (line_key, quarter, direction, label, crossings)
      VALUES (NEW.line_key, NEW.at_ms / 900000, NEW.direction, NEW.label, 1)
      ON CONFLICT (line_key, quarter, direction, label) DO UPDATE SET crossings = crossings + 1;
    END;

    INSERT INTO tally_quarters (line_key, quarter, direction, label, crossings)
    SELECT line_key, at_ms / 900000, direction, label, count(*) FROM crossings GROUP BY 1, 2, 3, 4;
  `,
};
