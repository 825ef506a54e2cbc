/**
 * Tables of model versions and of the champion's history: the newest activation is the champion.
 */
import type { Database } from 'better-sqlite3';
import { StationError } from '#contract/error.ts';
import { ModelCard } from '#contract/model.ts';
import type { Activation, NewModel, StoredModel } from './records.ts';
import { parseJson } from './rows.ts';
import { prepared, preparedValue } from './statements.ts';

interface ModelRow {
  readonly digest: string;
  readonly card: string;
  readonly bytes: number;
  readonly path: string;
  readonly is_embedded: number;
  readonly imported_at_ms: number;
  readonly is_champion: number;
}

const select = `
  SELECT m.*, m.digest IS (
    SELECT digest FROM model_activations WHERE alias = 'champion' ORDER BY id DESC LIMIT 1
  ) AS is_champion
  FROM models AS m WHERE removed_at_ms IS NULL`;

/** In the order in which they were imported. */
export function listModels(database: Database): StoredModel[] {
  const rows = prepared<[], ModelRow>(database, `${select} ORDER BY imported_at_ms, digest`);
  return rows.all().map(toModel);
}

export function getModel(database: Database, digest: string): StoredModel | null {
  const row = prepared<[string], ModelRow>(database, `${select} AND digest = ?`).get(digest);
  return row === undefined ? null : toModel(row);
}

export function getChampion(database: Database): StoredModel | null {
  return listModels(database).find((model) => model.isChampion) ?? null;
}

/**
 * Adds a version, or brings back a removed one.
 * @throws StationError REQ_003 when the file, or its name and version, are in the registry already
 */
export function addModel(database: Database, model: NewModel): StoredModel {
  const { card, digest } = model;
  if (getModel(database, digest) !== null) {
    throw new StationError('REQ_003', `This file is in the registry already, as ${card.name}.`);
  }
  const namesake = preparedValue<[string, string], number>(
    database,
    'SELECT 1 FROM models WHERE name = ? AND version = ? AND removed_at_ms IS NULL',
  ).get(card.name, card.version);
  if (namesake !== undefined) {
    throw new StationError(
      'REQ_003',
      `There is a model ${card.name} ${card.version} already. Give this one another version.`,
    );
  }
  prepared<[string, string, string, string, number, string, number, number]>(
    database,
    `INSERT INTO models (digest, name, version, card, bytes, path, is_embedded, imported_at_ms)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (digest) DO UPDATE SET name = excluded.name, version = excluded.version,
       card = excluded.card, bytes = excluded.bytes, path = excluded.path,
       is_embedded = excluded.is_embedded, imported_at_ms = excluded.imported_at_ms,
       removed_at_ms = NULL`,
  ).run(
    digest,
    card.name,
    card.version,
    JSON.stringify(card),
    model.bytes,
    model.path,
    model.isEmbedded ? 1 : 0,
    model.importedAt,
  );
  return knownModel(database, digest);
}

/**
 * @returns the model as it was
 * @throws StationError MODEL_001 when there is none, MODEL_004 when it is the champion
 */
export function removeModel(database: Database, digest: string, now: number): StoredModel {
  const model = knownModel(database, digest);
  if (model.isChampion) {
    throw new StationError(
      'MODEL_004',
      `${model.card.name} ${model.card.version} is the one the cameras count with. Activate another model first.`,
    );
  }
  prepared<[number, string]>(database, 'UPDATE models SET removed_at_ms = ? WHERE digest = ?').run(
    now,
    digest,
  );
  return model;
}

/** Makes it the champion. @throws StationError MODEL_001 when there is none */
export function activateModel(database: Database, digest: string, now: number): StoredModel {
  knownModel(database, digest);
  prepared<[string, number]>(
    database,
    `INSERT INTO model_activations (alias, digest, activated_at_ms) VALUES ('champion', ?, ?)`,
  ).run(digest, now);
  return knownModel(database, digest);
}

/** Newest first. */
export function listActivations(database: Database): Activation[] {
  return prepared<[], Activation>(
    database,
    `SELECT digest, activated_at_ms AS at FROM model_activations
     WHERE alias = 'champion' ORDER BY id DESC`,
  ).all();
}

function knownModel(database: Database, digest: string): StoredModel {
  const model = getModel(database, digest);
  if (model === null) {
    throw new StationError(
      'MODEL_001',
      `There is no model with the digest ${digest.slice(0, 12)}…. Import its file first.`,
    );
  }
  return model;
}

function toModel(row: ModelRow): StoredModel {
  return {
    card: parseJson(ModelCard, row.card, `model ${row.digest.slice(0, 12)}…`),
    digest: row.digest,
    bytes: row.bytes,
    path: row.path,
    isChampion: row.is_champion === 1,
    isEmbedded: row.is_embedded === 1,
    importedAt: row.imported_at_ms,
  };
}
