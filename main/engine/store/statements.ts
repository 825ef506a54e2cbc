/**
 * Statements prepared once per database, so that table functions stay plain functions and hot ones stay quick.
 */
import type { Database, Statement } from 'better-sqlite3';

const caches = new WeakMap<Database, Map<string, Statement>>();

/** The prepared form of `sql`. `Row` is what the SQL returns: a statement of ours about our own STRICT tables. */
export function prepared<Params extends unknown[], Row = never>(
  database: Database,
  sql: string,
): Statement<Params, Row> {
  const cache = caches.get(database) ?? new Map<string, Statement>();
  caches.set(database, cache);
  const statement = cache.get(sql) ?? database.prepare(sql);
  cache.set(sql, statement);
  return statement as Statement<Params, Row>;
}

/** As `prepared` for SQL that returns one column: rows are its values. */
export function preparedValue<Params extends unknown[], Value = never>(
  database: Database,
  sql: string,
): Statement<Params, Value> {
  return prepared<Params, Value>(database, sql).pluck();
}
