/**
 * Cameras. The source has a column of its own because it may hold a password: it must never be part of a larger value
 * that ends up in a log or an error.
 */
import type { Migration } from './migration.ts';

export const cameras: Migration = {
  version: 1,
  purpose: 'Settings of the cameras',
  sql: `
    CREATE TABLE cameras (
      position INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      source TEXT NOT NULL,
      settings TEXT NOT NULL CHECK (json_valid(settings))
    ) STRICT;
  `,
};
