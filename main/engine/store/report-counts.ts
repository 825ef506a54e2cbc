/**
 * Counts of a report: one number for each line or zone and bucket. Whole quarters of an hour of a line come from the roll-ups,
 * ragged ends and minutes from the rows, so every sum is that of the rows.
 */
import type { Database } from 'better-sqlite3';
import type { CameraId } from '#contract/camera.ts';
import type { TimeSpan } from '#contract/coverage.ts';
import type { LabelSums, ReportSubject } from '#contract/report.ts';
import { StationError } from '#contract/error.ts';
import { bucketEdges } from '#engine/base/time-buckets.ts';
import { clip, observedSpans } from './coverage.ts';
import { countLine, countZone, type CountRow } from './report-sums.ts';
import type { PlaceCounts, ReportCounts, ReportCountsQuery } from './records.ts';
import { prepared } from './statements.ts';
import { livesIn, secondsByBucket } from './tallies.ts';

/**
 * Places that neither were drawn in the range nor have rows in it are left out. The time after `now` is not expected.
 * @param now Unix time in ms
 * @throws StationError REQ_001 for an unknown time zone, a wrong range, or too many buckets
 */
export function queryReportCounts(
  database: Database,
  query: ReportCountsQuery,
  now: number,
): ReportCounts {
  const edges = bucketEdges(query, query.maxBuckets);
  const buckets = edges.slice(1).map((to, index) => ({ from: edges[index] ?? to, to }));
  const known = knownPlaces(database, query.subject).filter((place) => isWanted(place, query));
  if (known.length * buckets.length > query.maxCells) {
    throw new StationError(
      'REQ_001',
      `${known.length} ${query.subject} in ${buckets.length} time buckets are too many for one report. Ask for a shorter time, a longer bucket or one camera.`,
      { path: 'bucket' },
    );
  }
  const spans = new Map<CameraId, TimeSpan[]>();
  const observed = (cameraId: CameraId): TimeSpan[] => {
    const found = spans.get(cameraId) ?? observedSpans(database, cameraId, query);
    spans.set(cameraId, found);
    return found;
  };
  const expected = { from: query.from, to: Math.max(query.from, Math.min(query.to, now)) };
  const places = known.flatMap((place) => {
    const rows = countPlace(database, place, { query, edges });
    const lives = livesWithin(livesOf(database, place, query.subject), expected);
    if (rows.length === 0 && lives.length === 0) return [];
    return [
      {
        ...describe(place, rows),
        ...columns(rows, buckets.length),
        observedSeconds: secondsByBucket(overlaps(observed(place.cameraId), lives), buckets),
        expectedSeconds: secondsByBucket(lives, buckets),
      },
    ];
  });
  return { edges, places };
}

interface KnownPlace {
  readonly cameraId: CameraId;
  readonly id: string;
  /** Key in the ledger, null while it has no row */
  readonly key: number | null;
  /** Null where it was never drawn here, as in a replay */
  readonly name: string | null;
  readonly removedAt: number | null;
}

/** Lines or zones that were ever drawn or have rows, by camera and id. */
function knownPlaces(database: Database, subject: ReportSubject): KnownPlace[] {
  const noun = subject === 'lines' ? 'line' : 'zone';
  return prepared<[], KnownPlace>(
    database,
    `SELECT a.camera_id AS cameraId, a.id, l.key AS key, r.removed_at_ms AS removedAt,
       json_extract(r.definition, '$.name') AS name
     FROM (
       SELECT camera_id, ${noun}_id AS id FROM ${noun}_revisions
       UNION
       SELECT camera_id, ${noun}_id FROM ledger_${noun}s JOIN ledger_cameras AS c ON c.key = camera_key
     ) AS a
     LEFT JOIN ledger_cameras AS c ON c.camera_id = a.camera_id
     LEFT JOIN ledger_${noun}s AS l ON l.camera_key = c.key AND l.${noun}_id = a.id
     LEFT JOIN ${noun}_revisions AS r ON r.${noun}_id = a.id AND r.revision =
       (SELECT max(revision) FROM ${noun}_revisions WHERE ${noun}_id = a.id)
     ORDER BY a.camera_id, a.id`,
  ).all();
}

function isWanted({ cameraId, id }: KnownPlace, { cameraIds, ids }: ReportCountsQuery): boolean {
  return (cameraIds?.includes(cameraId) ?? true) && (ids?.includes(id) ?? true);
}

function countPlace(
  database: Database,
  { key }: KnownPlace,
  { query, edges }: { readonly query: ReportCountsQuery; readonly edges: readonly number[] },
): CountRow[] {
  if (key === null) return [];
  const { subject, bucket, labels, direction } = query;
  const rows =
    subject === 'lines'
      ? countLine(database, key, { edges, bucket })
      : countZone(database, key, edges);
  return rows.filter(
    (row) =>
      (labels?.includes(row.label) ?? true) && (direction ?? row.direction) === row.direction,
  );
}

function describe(
  { cameraId, id, name, removedAt }: KnownPlace,
  rows: readonly CountRow[],
): Pick<PlaceCounts, 'cameraId' | 'id' | 'name' | 'isDrawn' | 'labels'> {
  const labels = new Map<string, { label: LabelSums['label']; in: number; out: number }>();
  for (const { label, direction, count } of rows) {
    const sums = labels.get(label) ?? { label, in: 0, out: 0 };
    sums[direction] += count;
    labels.set(label, sums);
  }
  const isDrawn = name !== null && removedAt === null;
  return { cameraId, id, name: name ?? id, isDrawn, labels: [...labels.values()] };
}

function columns(rows: readonly CountRow[], buckets: number): Pick<PlaceCounts, 'in' | 'out'> {
  const sums = { in: new Array<number>(buckets).fill(0), out: new Array<number>(buckets).fill(0) };
  for (const { index, direction, count } of rows) {
    sums[direction][index] = (sums[direction][index] ?? 0) + count;
  }
  return sums;
}

/** The times in which it was drawn. What was never drawn here (a replay) is taken as always drawn. */
function livesOf(
  database: Database,
  { cameraId, id, name }: KnownPlace,
  subject: ReportSubject,
): TimeSpan[] {
  if (name === null) return [{ from: 0, to: Number.MAX_SAFE_INTEGER }];
  const noun = subject === 'lines' ? 'line' : 'zone';
  return livesIn(
    prepared<[string, string], { createdAt: number; removedAt: number | null }>(
      database,
      `SELECT created_at_ms AS createdAt, removed_at_ms AS removedAt FROM ${noun}_revisions
       WHERE camera_id = ? AND ${noun}_id = ? ORDER BY revision`,
    ).all(cameraId, id),
  );
}

function livesWithin(lives: readonly TimeSpan[], range: TimeSpan): TimeSpan[] {
  return lives
    .filter((life) => life.from < range.to && life.to > range.from)
    .map((life) => clip(life, range));
}

/** The parts of `spans` within `lives`; both in the order of time. */
function overlaps(spans: readonly TimeSpan[], lives: readonly TimeSpan[]): TimeSpan[] {
  return lives.flatMap((life) => livesWithin(spans, life));
}
