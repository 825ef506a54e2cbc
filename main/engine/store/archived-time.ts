/**
 * Which times have their rows in the archive: there only sums by quarters of an hour can be told.
 *
 *   asked    ├───┼──────┼──────┼──┤        whole quarters come from the sums, the ragged ends from the rows,
 *   rows     ░░░░               ░░░        which must not be in the archive
 */
import type { Database } from 'better-sqlite3';
import type { ArchiveKind } from '#contract/archive.ts';
import type { TimeSpan } from '#contract/coverage.ts';
import { StationError } from '#contract/error.ts';
import { archiveDayMs } from '#engine/base/archive-name.ts';
import { quarterMs } from '#engine/base/time-buckets.ts';
import { preparedValue } from './statements.ts';

/** @throws StationError ARC_002 when rows of the span are in the archive only */
export function needRows(database: Database, kind: ArchiveKind, { from, to }: TimeSpan): void {
  if (from >= to) return;
  const day = preparedValue<[ArchiveKind, number, number], number>(
    database,
    `SELECT day FROM archive_parts
     WHERE kind = ? AND day >= ? AND day <= ? AND state <> 'restored' ORDER BY day LIMIT 1`,
  ).get(kind, Math.floor(from / archiveDayMs), Math.floor((to - 1) / archiveDayMs));
  if (day === undefined) return;
  const date = new Date(day * archiveDayMs).toISOString().slice(0, 10);
  throw new StationError(
    'ARC_002',
    `The single rows of ${date} are in the archive; sums by whole quarters of an hour are here. Ask for those, or restore that time first.`,
    { path: 'from' },
  );
}

/**
 * The whole quarters of a span. What lies beside them must be in the rows.
 * @throws StationError ARC_002
 */
export function archivedQuarters(
  database: Database,
  kind: ArchiveKind,
  span: TimeSpan,
): { readonly first: number; readonly end: number } {
  const first = Math.ceil(span.from / quarterMs);
  const end = Math.floor(span.to / quarterMs);
  if (first >= end) {
    needRows(database, kind, span);
    return { first, end: first };
  }
  needRows(database, kind, { from: span.from, to: first * quarterMs });
  needRows(database, kind, { from: end * quarterMs, to: span.to });
  return { first, end };
}
