/**
 * Sums of one line or zone by bucket, direction and class.
 *
 *   edges      a         b                c          the roll-ups know quarters: of a bucket that begins or ends within one,
 *   quarters ┼────┼────┼────┼────┼────┼────┼         the ragged ends are summed from the rows
 */
import type { Database } from 'better-sqlite3';
import type { Bucket, Direction } from '#contract/counting.ts';
import type { Label } from '#contract/detection.ts';
import { quarterMs } from '#engine/base/time-buckets.ts';
import { prepared } from './statements.ts';

/** How many of one class went one way in the bucket with this index. One bucket may have several rows of a class. */
export interface CountRow {
  readonly index: number;
  readonly direction: Direction;
  readonly label: Label;
  readonly count: number;
}

interface Span {
  readonly index: number;
  readonly from: number;
  readonly to: number;
}

/** @param key of the line in the ledger */
export function countLine(
  database: Database,
  key: number,
  { edges, bucket }: { readonly edges: readonly number[]; readonly bucket: Bucket },
): CountRow[] {
  const spans = spansOf(edges);
  // A minute lies in a quarter, never the other way round.
  if (bucket === 'minute') return countRows(database, key, spans);
  const whole = spans.map(({ index, from, to }) => ({
    index,
    from: Math.ceil(from / quarterMs),
    to: Math.floor(to / quarterMs),
  }));
  const ragged = spans.flatMap(({ index, from, to }) => {
    const first = Math.min(Math.ceil(from / quarterMs) * quarterMs, to);
    const end = Math.max(Math.floor(to / quarterMs) * quarterMs, first);
    return [
      { index, from, to: first },
      { index, from: end, to },
    ].filter((span) => span.from < span.to);
  });
  return [...countQuarters(database, key, whole), ...countRows(database, key, ragged)];
}

/** Who entered a zone (`in`) and left it (`out`), from the rows. @param key of the zone in the ledger */
export function countZone(database: Database, key: number, edges: readonly number[]): CountRow[] {
  return prepared<[string, number], CountRow>(
    database,
    `SELECT b.value ->> 'index' AS "index", iif(x.kind = 'enter', 'in', 'out') AS direction, x.label,
       count(*) AS count
     FROM json_each(?) AS b CROSS JOIN zone_events AS x
     WHERE x.zone_key = ? AND x.at_ms >= b.value ->> 'from' AND x.at_ms < b.value ->> 'to'
       AND x.kind <> 'loiter'
     GROUP BY 1, 2, 3`,
  ).all(JSON.stringify(spansOf(edges)), key);
}

function spansOf(edges: readonly number[]): Span[] {
  return edges.slice(1).map((to, index) => ({ index, from: edges[index] ?? to, to }));
}

function countRows(database: Database, key: number, spans: readonly Span[]): CountRow[] {
  if (spans.length === 0) return [];
  return prepared<[string, number], CountRow>(
    database,
    `SELECT b.value ->> 'index' AS "index", x.direction, x.label, count(*) AS count
     FROM json_each(?) AS b CROSS JOIN crossings AS x INDEXED BY crossings_by_line
     WHERE x.line_key = ? AND x.at_ms >= b.value ->> 'from' AND x.at_ms < b.value ->> 'to'
     GROUP BY 1, 2, 3`,
  ).all(JSON.stringify(spans), key);
}

/** @param spans with numbers of quarters since 1970 */
function countQuarters(database: Database, key: number, spans: readonly Span[]): CountRow[] {
  return prepared<[string, number], CountRow>(
    database,
    `SELECT b.value ->> 'index' AS "index", t.direction, t.label, sum(t.crossings) AS count
     FROM json_each(?) AS b CROSS JOIN tally_quarters AS t
     WHERE t.line_key = ? AND t.quarter >= b.value ->> 'from' AND t.quarter < b.value ->> 'to'
     GROUP BY 1, 2, 3`,
  ).all(JSON.stringify(spans), key);
}
