/**
 * Model versions and the history of the champion. A removed version keeps its row, because crossings name its digest.
 */
import type { Migration } from './migration.ts';

export const models: Migration = {
  version: 7,
  purpose: 'Model versions and which of them counts',
  sql: `
    CREATE TABLE models (
      digest TEXT PRIMARY KEY,
      name TEXT NOT NULL,
      version TEXT NOT NULL,
      card TEXT NOT NULL CHECK (json_valid(card)),
      bytes INTEGER NOT NULL,
      path TEXT NOT NULL,
      is_embedded INTEGER NOT NULL CHECK (is_embedded IN (0, 1)),
      imported_at_ms INTEGER NOT NULL,
      removed_at_ms INTEGER
    ) STRICT;

    CREATE UNIQUE INDEX models_by_name ON models (name, version) WHERE removed_at_ms IS NULL;

    CREATE TABLE model_activations (
      id INTEGER PRIMARY KEY,
      alias TEXT NOT NULL CHECK (alias IN ('champion')),
      digest TEXT NOT NULL REFERENCES models (digest),
      activated_at_ms INTEGER NOT NULL
    ) STRICT;

    CREATE INDEX model_activations_by_alias ON model_activations (alias, id);
  `,
};
