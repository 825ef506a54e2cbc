/**
 * Tables of model versions: card, files and lineage of each, joined with its tags and aliases.
 */
import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import { StationError } from '#contract/error.ts';
import { ModelCard, ModelFile, ModelLineage, type ModelAlias } from '#contract/model.ts';
import { currentAliases, requireModel } from './model-history.ts';
import { listUses } from './model-uses.ts';
import type { ModelUse, NewModel, StoredModel } from './records.ts';
import { parseJson } from './rows.ts';
import { prepared, preparedValue } from './statements.ts';

interface ModelRow {
  readonly digest: string;
  readonly card: string;
  readonly bytes: number;
  readonly path: string;
  readonly is_embedded: number;
  readonly imported_at_ms: number;
  readonly files: string;
  readonly lineage: string | null;
  readonly tags: string;
}

const select = `
  SELECT m.*,
    (SELECT json_group_array(
       json_object('path', f.path, 'kind', f.kind, 'bytes', f.bytes, 'digest', f.file_digest)
     ) FROM model_files AS f WHERE f.digest = m.digest) AS files,
    (SELECT json_object('parent', l.parent, 'variant', l.variant, 'importedBy', l.imported_by,
       'origin', json_object('kind', l.origin_kind, 'where', l.origin_where),
       'releaseNotes', l.release_notes
     ) FROM model_lineage AS l WHERE l.digest = m.digest) AS lineage,
    (SELECT json_group_array(t.tag) FROM model_tags AS t WHERE t.digest = m.digest) AS tags
  FROM models AS m WHERE m.removed_at_ms IS NULL`;

/** In the order in which they were imported. */
export function listModels(database: Database): StoredModel[] {
  const aliases = currentAliases(database);
  const rows = prepared<[], ModelRow>(database, `${select} ORDER BY imported_at_ms, digest`);
  return rows.all().map((row) => toModel(row, aliases));
}

export function getModel(database: Database, digest: string): StoredModel | null {
  const row = prepared<[string], ModelRow>(database, `${select} AND digest = ?`).get(digest);
  return row === undefined ? null : toModel(row, currentAliases(database));
}

export function getChampion(database: Database): StoredModel | null {
  return listModels(database).find((model) => model.isChampion) ?? null;
}

/**
 * Adds a version, or brings back a removed one.
 * @throws StationError REQ_003 when the digest, or name and version, are in the registry already
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
      { path: 'version' },
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
  saveFiles(database, model);
  saveLineage(database, model);
  return knownModel(database, digest);
}

function saveFiles(database: Database, { digest, bytes, files }: NewModel): void {
  prepared<[string]>(database, 'DELETE FROM model_files WHERE digest = ?').run(digest);
  const insert = prepared<[string, string, string, number, string]>(
    database,
    'INSERT INTO model_files (digest, path, kind, bytes, file_digest) VALUES (?, ?, ?, ?, ?)',
  );
  const only = [{ path: 'model.onnx', kind: 'model' as const, bytes, digest }];
  for (const file of files ?? only) {
    insert.run(digest, file.path, file.kind, file.bytes, file.digest);
  }
}

const unknownLineage: ModelLineage = {
  parent: null,
  variant: null,
  importedBy: 'unknown',
  origin: { kind: 'unknown', where: '' },
  releaseNotes: '',
};

function saveLineage(database: Database, { digest, lineage = unknownLineage }: NewModel): void {
  prepared<[string, string | null, string | null, string, string, string, string]>(
    database,
    `INSERT OR REPLACE INTO model_lineage
       (digest, parent, variant, imported_by, origin_kind, origin_where, release_notes)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
  ).run(
    digest,
    lineage.parent,
    lineage.variant,
    lineage.importedBy,
    lineage.origin.kind,
    lineage.origin.where,
    lineage.releaseNotes,
  );
}

/**
 * Removes a version that nothing names; its tags go with it, its row stays.
 * @returns the model as it was
 * @throws StationError MODEL_001 when there is none, MODEL_004 with what names it
 */
export function removeModel(database: Database, digest: string, now: number): StoredModel {
  const model = knownModel(database, digest);
  const [reason] = reasonsToKeep(
    model,
    listUses(database).find((use) => use.digest === digest),
  );
  if (reason !== undefined) {
    const { name, version } = model.card;
    throw new StationError('MODEL_004', `${name} ${version} cannot be removed: ${reason}.`);
  }
  prepared<[string]>(database, 'DELETE FROM model_tags WHERE digest = ?').run(digest);
  prepared<[number, string]>(database, 'UPDATE models SET removed_at_ms = ? WHERE digest = ?').run(
    now,
    digest,
  );
  return model;
}

/** Why a version must stay, for the person who wants it gone; nothing when it may go. */
export function reasonsToKeep(
  { aliases }: Pick<StoredModel, 'aliases'>,
  use: ModelUse | undefined,
): string[] {
  const where = ({ cameraId }: ModelAlias): string =>
    cameraId === null ? '' : ` of camera ${cameraId}`;
  return [
    ...aliases.map((alias) =>
      alias.alias === 'champion'
        ? `the cameras count with it (champion${where(alias)}). Activate another model first`
        : `it is the ${alias.alias}${where(alias)}`,
    ),
    ...(use?.isInLedger ? ['crossings in the ledger name it as the model that saw them'] : []),
    ...(use?.isInHistory && aliases.length === 0
      ? ['it counted or was tried earlier, and the history names it']
      : []),
    ...(use?.children ?? []).map((child) => `${child} was made of it`),
  ];
}

function knownModel(database: Database, digest: string): StoredModel {
  requireModel(database, digest);
  return getModel(database, digest) as StoredModel;
}

function toModel(row: ModelRow, aliases: ReadonlyMap<string, ModelAlias[]>): StoredModel {
  const where = `model ${row.digest.slice(0, 12)}…`;
  const own = aliases.get(row.digest) ?? [];
  return {
    card: parseJson(ModelCard, row.card, where),
    digest: row.digest,
    bytes: row.bytes,
    path: row.path,
    isChampion: own.some(({ alias, cameraId }) => alias === 'champion' && cameraId === null),
    isEmbedded: row.is_embedded === 1,
    importedAt: row.imported_at_ms,
    files: parseJson(ModelFile.array(), row.files, where),
    lineage: row.lineage === null ? unknownLineage : parseJson(ModelLineage, row.lineage, where),
    tags: parseJson(z.string().array(), row.tags, where),
    aliases: own,
  };
}
