/**
 * Sums of the ledger by line and time bucket. Whole quarters of an hour come from the roll-ups, the ragged ends from the
 * rows, so every sum is exact however a bucket lies.
 */
import type { Database } from 'better-sqlite3';
import type { CameraId } from '#contract/camera.ts';
import type { LineId, ModelBoundary } from '#contract/counting.ts';
import type { TimeSpan } from '#contract/coverage.ts';
import { StationError } from '#contract/error.ts';
import { bucketEdges, quarterMs } from '#engine/base/time-buckets.ts';
import { archivedQuarters } from './archived-time.ts';
import { listBoundaries } from './model-boundaries.ts';
import { clip, observedSpans, totalMs } from './coverage.ts';
import type { LedgerTally, TallyQuery } from './records.ts';
import { prepared } from './statements.ts';

const maxTallies = 100_000;

/**
 * One tally for each line and bucket, zeros included, ordered by camera, line and time. A line that neither was drawn in
 * the range nor has rows in it is left out.
 * @throws StationError REQ_001 for an unknown zone, a wrong range, or more than 100 000 tallies; ARC_002 when rows are needed
 *   that are in the archive
 */
export function queryTallies(database: Database, query: TallyQuery): LedgerTally[] {
  const edges = bucketEdges(query, maxTallies);
  const buckets = edges.slice(1).map((to, index) => ({ from: edges[index] ?? to, to }));
  const lines = knownLines(database, query).filter((line) => hasPart(database, line, query));
  if (lines.length * buckets.length > maxTallies) {
    throw new StationError(
      'REQ_001',
      `${lines.length} lines in ${buckets.length} time buckets are more than ${maxTallies} tallies. Ask for a shorter time, a longer bucket or one camera.`,
      { path: 'bucket' },
    );
  }
  return lines.flatMap((line) => tallyLine(database, line, buckets));
}

interface KnownLine {
  readonly cameraId: CameraId;
  readonly lineId: LineId;
  /** Key in the ledger, null while it has no row */
  readonly key: number | null;
}

/** Lines that were ever drawn or have rows, by camera and line. */
function knownLines(database: Database, query: TallyQuery): KnownLine[] {
  return prepared<[string | null, string | null], KnownLine>(
    database,
    `SELECT a.camera_id AS cameraId, a.line_id AS lineId, l.key AS key FROM (
       SELECT camera_id, line_id FROM line_revisions
       UNION
       SELECT camera_id, line_id FROM ledger_lines JOIN ledger_cameras AS c ON c.key = camera_key
     ) AS a
     LEFT JOIN ledger_cameras AS c ON c.camera_id = a.camera_id
     LEFT JOIN ledger_lines AS l ON l.camera_key = c.key AND l.line_id = a.line_id
     WHERE a.camera_id = coalesce(?, a.camera_id) AND a.line_id = coalesce(?, a.line_id)
     ORDER BY a.camera_id, a.line_id`,
  ).all(query.cameraId ?? null, query.lineId ?? null);
}

function hasPart(database: Database, line: KnownLine, range: TimeSpan): boolean {
  if (livesOf(database, line).some((life) => life.from < range.to && life.to > range.from)) {
    return true;
  }
  const sums = countBetween(database, line.key, range);
  return sums.in + sums.out > 0;
}

function tallyLine(
  database: Database,
  line: KnownLine,
  buckets: readonly TimeSpan[],
): LedgerTally[] {
  const first = buckets.at(0);
  const last = buckets.at(-1);
  if (first === undefined || last === undefined) return [];
  const range = { from: first.from, to: last.to };
  const seconds = secondsByBucket(observedLine(database, line, range), buckets);
  const boundaries = listBoundaries(database, { ...range, cameraId: line.cameraId });
  const within = ({ from, to }: TimeSpan) => boundaries.filter(({ at }) => at >= from && at < to);
  return buckets.map((bucket, index) => ({
    ...marked(within(bucket)),
    cameraId: line.cameraId,
    lineId: line.lineId,
    from: bucket.from,
    to: bucket.to,
    ...countBetween(database, line.key, bucket),
    observedSeconds: seconds[index] ?? 0,
  }));
}

/** Most buckets have no change of the model in them. */
function marked(boundaries: ModelBoundary[]): Pick<LedgerTally, 'boundaries'> {
  return boundaries.length === 0 ? {} : { boundaries };
}

interface Sums {
  readonly in: number;
  readonly out: number;
}

/** Crossings of one line within a span, in each direction. */
function countBetween(database: Database, key: number | null, span: TimeSpan): Sums {
  if (key === null) return { in: 0, out: 0 };
  const { first, end } = archivedQuarters(database, 'crossings', span);
  if (first >= end) return countRows(database, key, span);
  return [
    countRows(database, key, { from: span.from, to: first * quarterMs }),
    countQuarters(database, key, { from: first, to: end }),
    countRows(database, key, { from: end * quarterMs, to: span.to }),
  ].reduce((sum, part) => ({ in: sum.in + part.in, out: sum.out + part.out }));
}

function countRows(database: Database, key: number, span: TimeSpan): Sums {
  if (span.from >= span.to) return { in: 0, out: 0 };
  const sums = prepared<[number, number, number], Sums>(
    database,
    `SELECT count(*) FILTER (WHERE direction = 'in') AS "in",
       count(*) FILTER (WHERE direction = 'out') AS out
     FROM crossings INDEXED BY crossings_by_line
     WHERE line_key = ? AND at_ms >= ? AND at_ms < ?`,
  ).get(key, span.from, span.to);
  return sums ?? { in: 0, out: 0 };
}

/** @param span numbers of quarters since 1970 */
function countQuarters(database: Database, key: number, span: TimeSpan): Sums {
  const sums = prepared<[number, number, number], Sums>(
    database,
    `SELECT coalesce(sum(crossings) FILTER (WHERE direction = 'in'), 0) AS "in",
       coalesce(sum(crossings) FILTER (WHERE direction = 'out'), 0) AS out
     FROM tally_quarters WHERE line_key = ? AND quarter >= ? AND quarter < ?`,
  ).get(key, span.from, span.to);
  return sums ?? { in: 0, out: 0 };
}

/** When the line was drawn and its camera observed. A line without revisions (a replay) is taken as always drawn. */
function observedLine(database: Database, line: KnownLine, range: TimeSpan): TimeSpan[] {
  const spans = observedSpans(database, line.cameraId, range);
  const lives = livesOf(database, line);
  if (lives.length === 0) return spans;
  return lives.flatMap((life) =>
    spans
      .filter((span) => span.from < life.to && span.to > life.from)
      .map((span) => clip(span, life)),
  );
}

/** The times from the first drawing to the removal, in the order of time. */
function livesOf(
  database: Database,
  { cameraId, lineId }: Pick<KnownLine, 'cameraId' | 'lineId'>,
): TimeSpan[] {
  const revisions = prepared<[string, string], { createdAt: number; removedAt: number | null }>(
    database,
    `SELECT created_at_ms AS createdAt, removed_at_ms AS removedAt FROM line_revisions
     WHERE camera_id = ? AND line_id = ? ORDER BY revision`,
  ).all(cameraId, lineId);
  return livesIn(revisions);
}

/** The times in which something was drawn, from its revisions in their order. */
export function livesIn(
  revisions: readonly { readonly createdAt: number; readonly removedAt: number | null }[],
): TimeSpan[] {
  const lives: TimeSpan[] = [];
  let from: number | null = null;
  for (const { createdAt, removedAt } of revisions) {
    from ??= createdAt;
    if (removedAt === null) continue;
    lives.push({ from, to: removedAt });
    from = null;
  }
  if (from !== null) lives.push({ from, to: Number.MAX_SAFE_INTEGER });
  // A clock that was put back may end a line before it began.
  return lives.filter((life) => life.from < life.to);
}

/** Seconds of the spans in each bucket; both in the order of time and without overlap. */
export function secondsByBucket(
  spans: readonly TimeSpan[],
  buckets: readonly TimeSpan[],
): number[] {
  let next = 0;
  return buckets.map((bucket) => {
    while ((spans[next]?.to ?? Number.POSITIVE_INFINITY) <= bucket.from) next += 1;
    const parts: TimeSpan[] = [];
    for (let index = next; index < spans.length; index += 1) {
      const span = spans[index];
      if (span === undefined || span.from >= bucket.to) break;
      parts.push(clip(span, bucket));
    }
    return totalMs(parts) / 1000;
  });
}
