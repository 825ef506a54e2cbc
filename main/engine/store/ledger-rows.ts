/**
 * Reads pages of the ledger's tables, newest first. With a key asked for, each is read along its own index and the results
 * are merged, so that a page costs the same in a month of rows as in an hour.
 */
import type { Database } from 'better-sqlite3';
import { prepared } from './statements.ts';

/** A table of the ledger, `x` in its SELECT. */
export interface LedgerTable {
  readonly table: 'zone_events' | 'flow_passages';
  readonly keyColumn: 'zone_key' | 'flow_key';
  readonly select: string;
  /** More that must hold of a row, with its parameters */
  readonly where?: { readonly sql: string; readonly values: readonly string[] } | undefined;
}

/** Times are Unix times in ms, `to` exclusive. */
export interface PageQuery {
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly beforeId?: number | undefined;
  readonly limit: number;
}

interface Position {
  readonly at: number;
  readonly id: number;
}

/** Rows of one page by time and then by id; `keys` null for all. */
export function readPage<Row extends { readonly id: number; readonly at_ms: number }>(
  database: Database,
  { table, keyColumn, select, where }: LedgerTable,
  query: PageQuery & { readonly keys: readonly number[] | null },
): Row[] {
  const end = lastWanted(database, table, query);
  if (end === null) return [];
  const more = where === undefined ? '' : `${where.sql} AND `;
  const tail = `${more}(x.at_ms, x.id) < (?, ?) AND x.at_ms >= ? ORDER BY x.at_ms DESC, x.id DESC LIMIT ?`;
  const bounds = [...(where?.values ?? []), end.at, end.id, query.from ?? 0, query.limit];
  const rows =
    query.keys === null
      ? prepared<(string | number)[], Row>(database, `${select} WHERE ${tail}`).all(...bounds)
      : query.keys.flatMap((key) =>
          prepared<(string | number)[], Row>(
            database,
            `${select} WHERE x.${keyColumn} = ? AND ${tail}`,
          ).all(key, ...bounds),
        );
  return rows.sort((a, b) => b.at_ms - a.at_ms || b.id - a.id).slice(0, query.limit);
}

/** The place before which rows are wanted; null when there can be none. */
function lastWanted(
  database: Database,
  table: LedgerTable['table'],
  query: PageQuery,
): Position | null {
  const end = { at: query.to ?? Number.MAX_SAFE_INTEGER, id: 0 };
  if (query.beforeId === undefined) return end;
  const cursor = prepared<[number], Position>(
    database,
    `SELECT at_ms AS at, id FROM ${table} WHERE id <= ? ORDER BY id DESC LIMIT 1`,
  ).get(query.beforeId);
  if (cursor === undefined) return null;
  return cursor.at < end.at ? cursor : end;
}
