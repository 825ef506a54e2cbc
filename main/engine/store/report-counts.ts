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
import type { PlaceSeries, ReportCounts, ReportCountsQuery } from './records.ts';
import {
  binCounts,
  countLine,
  countZone,
  grainOf,
  labelsOfLine,
  labelsOfZone,
  type TimedCount,
} from './report-sums.ts';
import { prepared } from './statements.ts';
import { livesIn, secondsByBucket } from './tallies.ts';

/**
 * Places that neither were drawn in the range nor have rows in it are left out. The time after `now` is not expected.
 * @param now Unix time in ms
 * @throws StationError REQ_001 for an unknown time zone, a wrong range, or too many buckets; ARC_002 when rows are needed that
 *   are in the archive
 */
export function queryReportCounts(
  database: Database,
  query: ReportCountsQuery,
  now: number,
): ReportCounts {
  const edges = bucketEdges(query, query.maxBuckets);
  const hourEdges = query.withHours
    ? bucketEdges({ ...query, bucket: 'hour' }, maxHours)
    : [query.from];
  const known = knownPlaces(database, query.subject).filter((place) => isWanted(place, query));
  refuseTooMany(known.length, edges.length - 1, query);
  const reading = createReading(database, query, {
    grain: grainOf([edges, hourEdges]),
    expected: { from: query.from, to: Math.max(query.from, Math.min(query.to, now)) },
  });
  const hours: PlaceSeries[] = [];
  const places = known.flatMap((place) => {
    const read = reading(place);
    if (read === null) return [];
    if (query.withHours) hours.push(seriesOf(read, hourEdges));
    const { cameraId, id, name, removedAt } = place;
    const isDrawn = name !== null && removedAt === null;
    return [
      {
        ...{ cameraId, id, name: name ?? id, isDrawn, labels: read.labels },
        ...seriesOf(read, edges),
      },
    ];
  });
  return {
    edges,
    places,
    hours: query.withHours ? { edges: hourEdges, ...joined(hours, hourEdges.length - 1) } : null,
  };
}

/** Most hours of which a map of the week is made. */
const maxHours = 10_000;

function refuseTooMany(places: number, buckets: number, { maxCells, subject }: ReportCountsQuery) {
  if (places * buckets <= maxCells) return;
  throw new StationError(
    'REQ_001',
    `${places} ${subject} in ${buckets} time buckets are too many for one report. Ask for a shorter time, a longer bucket or one camera.`,
    { path: 'bucket' },
  );
}

/** What was read of one place. */
interface ReadPlace {
  readonly counts: readonly TimedCount[];
  readonly labels: readonly LabelSums[];
  /** When it was drawn and its camera observed */
  readonly observed: readonly TimeSpan[];
  /** When it was drawn, up to now */
  readonly expected: readonly TimeSpan[];
}

/** Reads places one by one; the observed time of a camera once. Gives null for one that is not in the report. */
function createReading(
  database: Database,
  query: ReportCountsQuery,
  { grain, expected }: { readonly grain: number; readonly expected: TimeSpan },
): (place: KnownPlace) => ReadPlace | null {
  const { from, to, subject, labels, direction } = query;
  const spans = new Map<CameraId, TimeSpan[]>();
  const observedOf = (cameraId: CameraId): TimeSpan[] => {
    const found = spans.get(cameraId) ?? observedSpans(database, cameraId, query);
    spans.set(cameraId, found);
    return found;
  };
  const [count, sumLabels] =
    subject === 'lines' ? [countLine, labelsOfLine] : [countZone, labelsOfZone];
  const oneWay = <S extends { in: number; out: number }>(sums: S): S =>
    direction === undefined ? sums : { ...sums, [direction === 'in' ? 'out' : 'in']: 0 };
  return (place) => {
    const { key, cameraId } = place;
    const counts =
      key === null ? [] : count(database, key, { filter: { from, to, labels }, grain });
    const lives = livesWithin(livesOf(database, place, subject), expected);
    if (counts.length === 0 && lives.length === 0) return null;
    const ofLabels = key === null ? [] : sumLabels(database, key, { from, to });
    return {
      counts: counts.map((each) => oneWay(each)),
      labels: joinLabels(ofLabels.filter(({ label }) => labels?.includes(label) ?? true)).map(
        (each) => oneWay(each),
      ),
      observed: overlaps(observedOf(cameraId), lives),
      expected: lives,
    };
  };
}

function joinLabels(parts: readonly LabelSums[]): LabelSums[] {
  return [...Map.groupBy(parts, ({ label }) => label)].map(([label, rows]) => ({
    label,
    in: rows.reduce((sum, row) => sum + row.in, 0),
    out: rows.reduce((sum, row) => sum + row.out, 0),
  }));
}

function seriesOf(
  { counts, observed, expected }: ReadPlace,
  edges: readonly number[],
): PlaceSeries {
  const buckets = edges.slice(1).map((to, index) => ({ from: edges[index] ?? to, to }));
  return {
    ...binCounts(counts, edges),
    observedSeconds: secondsByBucket(observed, buckets),
    expectedSeconds: secondsByBucket(expected, buckets),
  };
}

/** The sum of series of the same buckets. */
function joined(series: readonly PlaceSeries[], buckets: number): PlaceSeries {
  const sum = (name: keyof PlaceSeries): number[] =>
    Array.from({ length: buckets }, (_, index) =>
      series.reduce((total, each) => total + (each[name][index] ?? 0), 0),
    );
  return {
    ...{ in: sum('in'), out: sum('out') },
    ...{ observedSeconds: sum('observedSeconds'), expectedSeconds: sum('expectedSeconds') },
  };
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
