/**
 * Small values of the station by key.
 */
import type { Migration } from './migration.ts';

export const settings: Migration = {
  version: 8,
  purpose: 'Settings by key',
  sql: `
    CREATE TABLE settings (
      key TEXT PRIMARY KEY,
      value TEXT NOT NULL CHECK (json_valid(value)),
      changed_at_ms INTEGER NOT NULL
    ) STRICT;
  `,
};
