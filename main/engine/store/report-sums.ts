/**
 * Counts of one line or zone with their times, so fine that each lies in one bucket; and their bins.
 *
 *   edges      a         b                c          the roll-ups know quarters; the ragged ends are summed from the rows
 *   quarters ┼────┼────┼────┼────┼────┼────┼
 */
import type { Database } from 'better-sqlite3';
import type { TimeSpan } from '#contract/coverage.ts';
import type { Label } from '#contract/detection.ts';
import type { LabelSums } from '#contract/report.ts';
import { quarterMs } from '#engine/base/time-buckets.ts';
import { archivedQuarters, needRows } from './archived-time.ts';
import { prepared } from './statements.ts';

/** How many went each way from `at` (Unix time in ms) on, for as long as the grain is. */
export interface TimedCount {
  readonly at: number;
  readonly in: number;
  readonly out: number;
}

/** Which rows are counted: Unix times in ms, `to` exclusive; all classes when `labels` is left out. */
export interface CountFilter extends TimeSpan {
  readonly labels?: readonly Label[] | undefined;
}

/** How fine counts are read, ms: the coarsest of quarter, minute and second of which no inner edge cuts one. Offsets of time zones were whole seconds at all times. */
export function grainOf(edges: readonly (readonly number[])[]): number {
  const inner = edges.flatMap((each) => each.slice(1, -1));
  const fits = (grain: number): boolean => inner.every((edge) => edge % grain === 0);
  return fits(quarterMs) ? quarterMs : fits(60_000) ? 60_000 : 1_000;
}

/** Counts in bins. @param counts each of which lies in one bin @param edges n + 1 for n bins */
export function binCounts(
  counts: readonly TimedCount[],
  edges: readonly number[],
): { in: number[]; out: number[] } {
  const bins = Math.max(0, edges.length - 1);
  const sums = { in: new Array<number>(bins).fill(0), out: new Array<number>(bins).fill(0) };
  let bin = 0;
  for (const count of counts) {
    while (bin < bins - 1 && count.at >= (edges[bin + 1] ?? 0)) bin += 1;
    sums.in[bin] = (sums.in[bin] ?? 0) + count.in;
    sums.out[bin] = (sums.out[bin] ?? 0) + count.out;
  }
  return sums;
}

/** Counts of a line in the order of time. @param key of the line in the ledger */
export function countLine(
  database: Database,
  key: number,
  { filter, grain }: { readonly filter: CountFilter; readonly grain: number },
): TimedCount[] {
  const { start, end } = wholeQuarters(database, 'crossings', { span: filter, grain });
  if (start >= end) return countRows(database, key, { filter, grain });
  const rows = (span: TimeSpan): TimedCount[] =>
    countRows(database, key, { filter: { ...filter, ...span }, grain });
  return [
    ...rows({ from: filter.from, to: start }),
    ...countQuarters(database, key, { ...filter, from: start, to: end }),
    ...rows({ from: end, to: filter.to }),
  ];
}

/** Sums of a line by class. @param key of the line in the ledger */
export function labelsOfLine(database: Database, key: number, span: TimeSpan): LabelSums[] {
  const { start, end } = wholeQuarters(database, 'crossings', { span, grain: quarterMs });
  const rows = (part: TimeSpan): LabelSums[] =>
    part.from >= part.to ? [] : labelRows(database, 'crossings', { key, ...part });
  if (start >= end) return rows(span);
  const quarters = prepared<[number, number, number], LabelSums>(
    database,
    `SELECT label, ${sums('crossings')} FROM tally_quarters
     WHERE line_key = ? AND quarter >= ? AND quarter < ? GROUP BY label`,
  ).all(key, start / quarterMs, end / quarterMs);
  return [
    ...rows({ from: span.from, to: start }),
    ...quarters,
    ...rows({ from: end, to: span.to }),
  ];
}

/** Who entered a zone (`in`) and left it (`out`), in the order of time. @param key of the zone in the ledger */
export function countZone(
  database: Database,
  key: number,
  { filter, grain }: { readonly filter: CountFilter; readonly grain: number },
): TimedCount[] {
  const { start, end } = wholeQuarters(database, 'zone_events', { span: filter, grain });
  return prepared<object[], TimedCount>(
    database,
    `SELECT at, sum("in") AS "in", sum(out) AS out FROM (
       SELECT max(at_ms / @grain * @grain, @from) AS at,
         count(*) FILTER (WHERE kind = 'enter') AS "in", count(*) FILTER (WHERE kind = 'leave') AS out
       FROM zone_events INDEXED BY zone_events_by_zone
       WHERE zone_key = @key AND at_ms >= @from AND at_ms < @to AND ${isWanted} GROUP BY 1
       UNION ALL
       SELECT quarter * ${String(quarterMs)}, CASE kind WHEN 'enter' THEN events ELSE 0 END,
         CASE kind WHEN 'leave' THEN events ELSE 0 END
       FROM archived_zone_quarters
       WHERE zone_key = @key AND quarter >= @start / ${String(quarterMs)} AND quarter < @end / ${String(quarterMs)}
         AND events > 0 AND ${isWanted})
     GROUP BY at ORDER BY at`,
  ).all({ ...parameters(key, filter, grain), start, end });
}

/** Sums of a zone by class. @param key of the zone in the ledger */
export function labelsOfZone(database: Database, key: number, span: TimeSpan): LabelSums[] {
  const { start, end } = wholeQuarters(database, 'zone_events', { span, grain: quarterMs });
  const archived = prepared<[number, number, number], LabelSums>(
    database,
    `SELECT label, coalesce(sum(events) FILTER (WHERE kind = 'enter'), 0) AS "in",
       coalesce(sum(events) FILTER (WHERE kind = 'leave'), 0) AS out
     FROM archived_zone_quarters
     WHERE zone_key = ? AND quarter >= ? AND quarter < ? AND events > 0 GROUP BY label`,
  ).all(key, start / quarterMs, end / quarterMs);
  return [...labelRows(database, 'zone_events', { key, ...span }), ...archived];
}

/**
 * The part of a span that is whole quarters, and none where the grain is finer; empty where `start` is not before `end`.
 * @throws StationError ARC_002 when the rest is in the archive
 */
function wholeQuarters(
  database: Database,
  kind: 'crossings' | 'zone_events',
  { span, grain }: { readonly span: TimeSpan; readonly grain: number },
): { start: number; end: number } {
  if (grain !== quarterMs) {
    needRows(database, kind, span);
    return { start: 0, end: 0 };
  }
  const { first, end } = archivedQuarters(database, kind, span);
  return { start: first * quarterMs, end: end * quarterMs };
}

const isWanted = `(@labels IS NULL OR instr(@labels, '"' || label || '"'))`;

function sums(column: string): string {
  return ['in', 'out']
    .map((side) => `coalesce(sum(${column}) FILTER (WHERE direction = '${side}'), 0) AS "${side}"`)
    .join(', ');
}

function parameters(key: number, { from, to, labels }: CountFilter, grain: number) {
  return { key, from, to, grain, labels: labels === undefined ? null : JSON.stringify(labels) };
}

function countRows(
  database: Database,
  key: number,
  { filter, grain }: { readonly filter: CountFilter; readonly grain: number },
): TimedCount[] {
  if (filter.from >= filter.to) return [];
  return prepared<object[], TimedCount>(
    database,
    `SELECT max(at_ms / @grain * @grain, @from) AS at, ${sums('1')}
     FROM crossings INDEXED BY crossings_by_line
     WHERE line_key = @key AND at_ms >= @from AND at_ms < @to AND ${isWanted} GROUP BY 1 ORDER BY 1`,
  ).all(parameters(key, filter, grain));
}

/** Of whole quarters. */
function countQuarters(database: Database, key: number, filter: CountFilter): TimedCount[] {
  return prepared<object[], TimedCount>(
    database,
    `SELECT quarter * @grain AS at, ${sums('crossings')} FROM tally_quarters
     WHERE line_key = @key AND quarter >= @from / @grain AND quarter < @to / @grain AND ${isWanted}
     GROUP BY quarter ORDER BY quarter`,
  ).all(parameters(key, filter, quarterMs));
}

function labelRows(
  database: Database,
  table: 'crossings' | 'zone_events',
  { key, from, to }: TimeSpan & { readonly key: number },
): LabelSums[] {
  const [owner, column, into, out] =
    table === 'crossings'
      ? ['line_key', 'direction', 'in', 'out']
      : ['zone_key', 'kind', 'enter', 'leave'];
  return prepared<[number, number, number], LabelSums>(
    database,
    `SELECT label, count(*) FILTER (WHERE ${column} = '${into}') AS "in",
       count(*) FILTER (WHERE ${column} = '${out}') AS out
     FROM ${table} WHERE ${owner} = ? AND at_ms >= ? AND at_ms < ? GROUP BY label`,
  ).all(key, from, to);
}
