/**
 * Reports of drills, and the limit that a drill sets to the database of its throw-away station.
 */
import type { Database } from 'better-sqlite3';
import { DrillReport } from '#contract/drill.ts';
import { parseJson } from './rows.ts';
import { prepared } from './statements.ts';

/** More than fits into the pages that are there already */
const fillBytes = 4_000_000;
/** As many as SQLite allows */
const mostPages = 4_294_967_294;

export function saveDrill(database: Database, report: DrillReport): void {
  prepared<[string, number, string]>(
    database,
    'INSERT INTO drills (id, at_ms, body) VALUES (?, ?, ?)',
  ).run(report.id, report.at, JSON.stringify(report));
}

/** Newest first. */
export function listDrills(database: Database, limit: number): DrillReport[] {
  return prepared<[number], { readonly id: string; readonly body: string }>(
    database,
    'SELECT id, body FROM drills ORDER BY at_ms DESC, id LIMIT ?',
  )
    .all(limit)
    .map(({ id, body }) => parseJson(DrillReport, body, `drill "${id}"`));
}

export interface DiskLimit {
  /** Lets the database grow no more, or again. */
  set(isFull: boolean): void;
  /** Within a transaction that writes: while it is full, SQLite itself says so. */
  apply(): void;
}

/** Fills the database up to a limit of its own, never the disk. */
export function createDiskLimit(database: Database): DiskLimit {
  let isFull = false;
  return {
    set(next) {
      isFull = next;
      const pages = Number(database.pragma('page_count', { simple: true }));
      database.pragma(`max_page_count = ${String(next ? pages : mostPages)}`);
    },
    apply() {
      if (!isFull) return;
      prepared<[number]>(
        database,
        "INSERT INTO drills (id, at_ms, body) VALUES ('full', 0, json_quote(hex(zeroblob(?))))",
      ).run(fillBytes);
    },
  };
}
