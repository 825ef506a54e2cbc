/**
 * A table of things that are drawn, with all their revisions: an edit makes a new one, old ones stay, because rows of the
 * ledger refer to them. Lines, zones and flows are kept alike.
 */
import type { Database } from 'better-sqlite3';
import type { z } from 'zod';
import { StationError } from '#contract/error.ts';
import { fieldsOf, parseStored } from './rows.ts';
import { prepared, preparedValue } from './statements.ts';

interface Drawn {
  readonly id: string;
  readonly cameraId: string;
  readonly revision: number;
}

/** One stored revision. Times are Unix times in ms. */
export interface Revision<D extends Drawn> {
  readonly drawn: D;
  readonly createdAt: number;
  /** Set on the newest revision when it was removed */
  readonly removedAt: number | null;
}

export interface RevisionTable<D extends Drawn> {
  /** The newest revision of everything that is not removed, by id. */
  list(database: Database, cameraId: string | null): D[];
  get(database: Database, id: string): D | null;
  /** All revisions, oldest first. */
  revisions(database: Database, id: string): Revision<D>[];
  /**
   * Makes the next revision, from 1; a removed one goes on with its numbers, so that no revision means two things.
   * @throws StationError REQ_002 when there is no such camera, REQ_003 when it is on another one
   */
  save(database: Database, definition: Omit<D, 'revision'>, now: number): D;
  /**
   * @returns it as it was
   * @throws StationError REQ_002 when there is none
   */
  remove(database: Database, id: string, now: number): D;
}

interface RevisionRow {
  readonly id: string;
  readonly revision: number;
  readonly camera_id: string;
  readonly definition: string;
  readonly created_at_ms: number;
  readonly removed_at_ms: number | null;
}

/** `noun` is the word for a person and the first part of the names of the table and its id: `zone` is in `zone_revisions`, by `zone_id`. */
export function revisionTable<D extends Drawn>(
  noun: 'line' | 'zone' | 'flow',
  schema: z.ZodType<D>,
): RevisionTable<D> {
  const table = `${noun}_revisions`;
  const idColumn = `${noun}_id`;
  const select = `SELECT ${idColumn} AS id, revision, camera_id, definition, created_at_ms, removed_at_ms
    FROM ${table} AS r`;
  const newest = `${select} WHERE removed_at_ms IS NULL
    AND revision = (SELECT max(revision) FROM ${table} WHERE ${idColumn} = r.${idColumn})`;

  function toDrawn(row: RevisionRow): D {
    const value = {
      ...fieldsOf(row.definition),
      id: row.id,
      cameraId: row.camera_id,
      revision: row.revision,
    };
    return parseStored(schema, value, `${noun} "${row.id}"`);
  }

  function newestRow(database: Database, id: string): RevisionRow | undefined {
    return prepared<[string], RevisionRow>(
      database,
      `${select} WHERE ${idColumn} = ? ORDER BY revision DESC LIMIT 1`,
    ).get(id);
  }

  return {
    list(database, cameraId) {
      const rows =
        cameraId === null
          ? prepared<[], RevisionRow>(database, `${newest} ORDER BY ${idColumn}`).all()
          : prepared<[string], RevisionRow>(
              database,
              `${newest} AND camera_id = ? ORDER BY ${idColumn}`,
            ).all(cameraId);
      return rows.map(toDrawn);
    },
    get(database, id) {
      const row = newestRow(database, id);
      return row === undefined || row.removed_at_ms !== null ? null : toDrawn(row);
    },
    revisions(database, id) {
      const rows = prepared<[string], RevisionRow>(
        database,
        `${select} WHERE ${idColumn} = ? ORDER BY revision`,
      ).all(id);
      return rows.map((row) => ({
        drawn: toDrawn(row),
        createdAt: row.created_at_ms,
        removedAt: row.removed_at_ms,
      }));
    },
    save(database, definition, now) {
      const { id, cameraId, ...rest } = definition;
      requireCamera(database, cameraId);
      const before = newestRow(database, id);
      if (before !== undefined && before.removed_at_ms === null && before.camera_id !== cameraId) {
        throw new StationError(
          'REQ_003',
          `The ${noun} "${id}" is on camera "${before.camera_id}". Choose another id, or remove that ${noun} first.`,
          { path: 'id' },
        );
      }
      const revision = (before?.revision ?? 0) + 1;
      const text = JSON.stringify(rest);
      prepared<[string, number, string, string, number]>(
        database,
        `INSERT INTO ${table} (${idColumn}, revision, camera_id, definition, created_at_ms)
         VALUES (?, ?, ?, ?, ?)`,
      ).run(id, revision, cameraId, text, now);
      return toDrawn({
        id,
        revision,
        camera_id: cameraId,
        definition: text,
        created_at_ms: now,
        removed_at_ms: null,
      });
    },
    remove(database, id, now) {
      const row = newestRow(database, id);
      if (row === undefined || row.removed_at_ms !== null) {
        throw new StationError('REQ_002', `There is no ${noun} "${id}".`, { path: 'id' });
      }
      prepared<[number, string, number]>(
        database,
        `UPDATE ${table} SET removed_at_ms = ? WHERE ${idColumn} = ? AND revision = ?`,
      ).run(now, id, row.revision);
      return toDrawn(row);
    },
  };
}

function requireCamera(database: Database, cameraId: string): void {
  const camera = preparedValue<[string], number>(
    database,
    'SELECT 1 FROM cameras WHERE id = ?',
  ).get(cameraId);
  if (camera !== undefined) return;
  throw new StationError('REQ_002', `There is no camera "${cameraId}". Add it first.`, {
    path: 'cameraId',
  });
}
