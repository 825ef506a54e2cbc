/**
 * The registry around the model versions: the files of each, where it came from, its tags, and who gave which alias to it
 * when and why. The history of aliases takes over from the activations of migration 7, and no row of it is ever changed.
 */
import type { Migration } from './migration.ts';

export const modelRegistry: Migration = {
  version: 15,
  purpose: 'Files, lineage, tags and aliases of model versions',
  sql: `
    CREATE TABLE model_files (
      digest TEXT NOT NULL REFERENCES models (digest),
      path TEXT NOT NULL,
      kind TEXT NOT NULL,
      bytes INTEGER NOT NULL CHECK (bytes >= 0),
      file_digest TEXT NOT NULL,
      PRIMARY KEY (digest, path)
    ) STRICT, WITHOUT ROWID;

    INSERT INTO model_files (digest, path, kind, bytes, file_digest)
    SELECT digest, 'model.onnx', 'model', bytes, digest FROM models;

    CREATE TABLE model_lineage (
      digest TEXT PRIMARY KEY REFERENCES models (digest),
      parent TEXT,
      variant TEXT,
      imported_by TEXT NOT NULL,
      origin_kind TEXT NOT NULL,
      origin_where TEXT NOT NULL,
      release_notes TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE model_tags (
      tag TEXT PRIMARY KEY,
      digest TEXT NOT NULL REFERENCES models (digest),
      tagged_at_ms INTEGER NOT NULL,
      tagged_by TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE model_history (
      id INTEGER PRIMARY KEY,
      alias TEXT NOT NULL CHECK (alias IN ('champion', 'challenger')),
      camera_id TEXT,
      digest TEXT REFERENCES models (digest),
      at_ms INTEGER NOT NULL,
      changed_by TEXT NOT NULL,
      cause TEXT NOT NULL,
      reason TEXT NOT NULL
    ) STRICT;

    INSERT INTO model_history (id, alias, camera_id, digest, at_ms, changed_by, cause, reason)
    SELECT id, 'champion', NULL, digest, activated_at_ms, 'unknown', 'chosen', ''
    FROM model_activations;
    DROP TABLE model_activations;

    CREATE TRIGGER model_history_keeps_rows BEFORE DELETE ON model_history BEGIN
      SELECT raise(ABORT, 'the history of models is append-only');
    END;
    CREATE TRIGGER model_history_keeps_values BEFORE UPDATE ON model_history BEGIN
      SELECT raise(ABORT, 'the history of models is append-only');
    END;
  `,
};
