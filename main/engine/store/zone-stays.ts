/**
 * How long people and vehicles stayed in zones, and how many at once: of stays that have ended.
 *
 *   from                       to            a stay ends with its row `leave`, which says how long it was
 *     │  ├──────────┤ leave    │
 *   ├─┼──────┤ leave           │             its part before `from` makes it longer, yet no more people inside
 *     │               ├────────┼──┤ leave    inside until `to`, but no stay that ended in the time
 */
import type { Database } from 'better-sqlite3';
import type { CameraId } from '#contract/camera.ts';
import type { TimeSpan } from '#contract/coverage.ts';
import type { Label } from '#contract/detection.ts';
import { StationError } from '#contract/error.ts';
import { needRows } from './archived-time.ts';
import { prepared } from './statements.ts';

export interface StaysQuery extends TimeSpan {
  /** All when left out */
  readonly cameraIds?: readonly CameraId[] | undefined;
  readonly labels?: readonly Label[] | undefined;
}

export interface ZoneStays {
  readonly cameraId: CameraId;
  readonly zoneId: string;
  /** Of stays that ended within the time, s; null without one */
  readonly meanSeconds: number | null;
  readonly medianSeconds: number | null;
  readonly longestSeconds: number | null;
  /** All time together that anybody was inside within the time, s */
  readonly insideSeconds: number;
  readonly mostInside: number;
  /** Unix time in ms at which so many were inside for the first time; null when nobody was */
  readonly mostInsideAt: number | null;
}

/** A stay that lasts for so long beyond the time is not looked for, ms. */
const longestLookMs = 86_400_000;

/** By camera and zone; only zones with a row. Null when the single rows are in the archive. */
export function queryZoneStays(database: Database, query: StaysQuery): ZoneStays[] | null {
  try {
    needRows(database, 'zone_events', query);
  } catch (error) {
    if (error instanceof StationError && error.code === 'ARC_002') return null;
    throw error;
  }
  return zonesOf(database)
    .filter(({ cameraId }) => query.cameraIds?.includes(cameraId) ?? true)
    .map(({ key, cameraId, zoneId }) => ({
      ...{ cameraId, zoneId },
      ...lengthsOf(database, key, query),
      ...insideOf(database, key, query),
    }));
}

function zonesOf(database: Database) {
  return prepared<[], { key: number; cameraId: CameraId; zoneId: string }>(
    database,
    `SELECT z.key, c.camera_id AS cameraId, z.zone_id AS zoneId FROM ledger_zones AS z
     JOIN ledger_cameras AS c ON c.key = z.camera_key ORDER BY 2, 3`,
  ).all();
}

const isWanted = `kind = 'leave' AND (@labels IS NULL OR instr(@labels, '"' || label || '"'))`;

function parameters(key: number, { from, to, labels }: StaysQuery) {
  return { key, from, to, labels: labels === undefined ? null : JSON.stringify(labels) };
}

type Lengths = Pick<ZoneStays, 'meanSeconds' | 'medianSeconds' | 'longestSeconds'>;

function lengthsOf(database: Database, key: number, query: StaysQuery): Lengths {
  const found = prepared<[object], Lengths>(
    database,
    `WITH ended AS MATERIALIZED (
       SELECT dwell_seconds AS s FROM zone_events
       WHERE zone_key = @key AND at_ms >= @from AND at_ms < @to AND ${isWanted})
     SELECT (SELECT avg(s) FROM ended) AS meanSeconds, (SELECT max(s) FROM ended) AS longestSeconds,
       (SELECT avg(s) FROM (
          SELECT s FROM ended ORDER BY s
          LIMIT 2 - (SELECT count(*) FROM ended) % 2
          OFFSET (SELECT max((count(*) - 1) / 2, 0) FROM ended))) AS medianSeconds`,
  ).get(parameters(key, query));
  return found ?? { meanSeconds: null, medianSeconds: null, longestSeconds: null };
}

type Inside = Pick<ZoneStays, 'insideSeconds' | 'mostInside' | 'mostInsideAt'>;

/** Each stay is one more from its start and one fewer from its end; who leaves goes before who comes at the same time. */
function insideOf(database: Database, key: number, query: StaysQuery): Inside {
  const found = prepared<[object], Inside>(
    database,
    `WITH stays AS MATERIALIZED (
       SELECT max(at_ms - CAST(round(dwell_seconds * 1000) AS INTEGER), @from) AS since, min(at_ms, @to) AS until
       FROM zone_events
       WHERE zone_key = @key AND at_ms >= @from AND at_ms < @to + @look AND ${isWanted}
         AND at_ms - dwell_seconds * 1000 < @to),
     steps AS (
       SELECT since AS at, 1 AS step FROM stays UNION ALL SELECT until, -1 FROM stays),
     inside AS (
       SELECT at, sum(step) OVER (ORDER BY at, step ROWS UNBOUNDED PRECEDING) AS number FROM steps)
     SELECT (SELECT coalesce(sum(until - since), 0) / 1000.0 FROM stays) AS insideSeconds,
       coalesce((SELECT max(number) FROM inside), 0) AS mostInside,
       (SELECT at FROM inside WHERE number > 0 ORDER BY number DESC, at LIMIT 1) AS mostInsideAt`,
  ).get({ ...parameters(key, query), look: longestLookMs });
  return found ?? { insideSeconds: 0, mostInside: 0, mostInsideAt: null };
}
