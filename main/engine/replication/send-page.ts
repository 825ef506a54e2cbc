/**
 * Brings one page of rows to the central database. Rows and the new end of the feed go in one transaction, which fails when
 * somebody else has moved that end: on the wire a page may come twice, in the tables each row is once.
 */
import { StationError } from '#contract/error.ts';
import type { OutboxKind, OutboxRows } from '#engine/base/outbox.ts';
import type { CentralLink } from './central-link.ts';

export interface Page<K extends OutboxKind = OutboxKind> {
  readonly kind: K;
  /** In the order of their sequence; at least one */
  readonly rows: readonly OutboxRows[K][];
}

export interface PagePlace {
  readonly stationId: string;
  readonly epoch: number;
  /** Where the feed ends now */
  readonly after: number;
}

const columns: Readonly<Record<OutboxKind, string>> = {
  crossings: 'crossings',
  zoneEvents: 'zone_events',
  coverage: 'coverage',
  alerts: 'alerts',
};

/**
 * Resolves to where the feed ends then.
 * Rejects as the link does, and with CEN_001 when another station has the same feed, so that it is opened anew.
 */
export async function sendPage(link: CentralLink, page: Page, place: PagePlace): Promise<number> {
  const { stationId, epoch, after } = place;
  const end = page.rows.at(-1)?.sequence ?? after;
  const column = columns[page.kind];
  const isFirm = page.kind === 'crossings' || page.kind === 'zoneEvents';
  await link.transaction(async () => {
    // What can change is brought again after a visit that was cut off, so its end may already lie further on.
    const moved = await link.rows(
      `UPDATE tallywatch.feeds SET ${column} = $4
       WHERE station_id = $1 AND epoch = $2 AND ${column} ${isFirm ? '=' : '>='} $3 RETURNING epoch`,
      [stationId, epoch, after, end],
    );
    if (moved.length === 0) {
      throw new StationError(
        'CEN_001',
        'Another copy of this station brings its rows to the central database too. The station looks anew where it goes on.',
      );
    }
    await link.rows(statements[page.kind], [
      stationId,
      JSON.stringify(page.rows),
      ...(isFirm ? [epoch] : []),
    ]);
  });
  return end;
}

const factColumns =
  'camera_id, place_revision, camera_epoch, track_id, ordinal, label, at_ms, score, model_digest, config_digest';
const factFields = `"cameraId", revision, "cameraEpoch", "trackId", ordinal, label, at, score, "modelDigest", "configDigest"`;
const factTypes = `sequence bigint, "cameraId" text, revision integer, "cameraEpoch" integer, "trackId" bigint,
  ordinal integer, label text, at bigint, score double precision, "modelDigest" text, "configDigest" text`;

/** $1 the station, $2 the rows as JSON, $3 the epoch */
const statements: Readonly<Record<OutboxKind, string>> = {
  crossings: `
    WITH fresh AS (
      INSERT INTO tallywatch.crossings (station_id, epoch, sequence, line_id, direction, ${factColumns})
      SELECT $1, $3::integer, sequence, "lineId", direction, ${factFields}
      FROM json_to_recordset($2::json) AS r("lineId" text, direction text, ${factTypes})
      ON CONFLICT (station_id, epoch, sequence) DO NOTHING
      RETURNING camera_id, line_id, at_ms, direction, label
    )
    INSERT INTO tallywatch.tally_quarters AS t (station_id, camera_id, line_id, quarter, direction, label, crossings)
    SELECT $1, camera_id, line_id, at_ms / 900000, direction, label, count(*) FROM fresh GROUP BY 2, 3, 4, 5, 6
    ON CONFLICT (quarter, station_id, camera_id, line_id, direction, label)
    DO UPDATE SET crossings = t.crossings + excluded.crossings`,
  zoneEvents: `
    INSERT INTO tallywatch.zone_events (station_id, epoch, sequence, zone_id, kind, dwell_seconds, ${factColumns})
    SELECT $1, $3::integer, sequence, "zoneId", kind, "dwellSeconds", ${factFields}
    FROM json_to_recordset($2::json) AS r("zoneId" text, kind text, "dwellSeconds" double precision, ${factTypes})
    ON CONFLICT (station_id, epoch, sequence) DO NOTHING`,
  coverage: `
    WITH spans AS (
      SELECT * FROM json_to_recordset($2::json) AS r("cameraId" text, "from" bigint, "to" bigint)
    ), gone AS (
      DELETE FROM tallywatch.observed AS o USING spans AS s
      WHERE o.station_id = $1 AND o.camera_id = s."cameraId" AND o.from_ms = s."from" AND s."to" IS NULL
    )
    INSERT INTO tallywatch.observed (station_id, camera_id, from_ms, to_ms)
    SELECT $1, "cameraId", "from", "to" FROM spans WHERE "to" IS NOT NULL
    ON CONFLICT (station_id, camera_id, from_ms) DO UPDATE SET to_ms = excluded.to_ms`,
  alerts: `
    INSERT INTO tallywatch.alerts
      (station_id, alert_id, rule_id, metric, severity, camera_id, state, since_ms, resolved_at_ms, body)
    SELECT $1, a->>'id', a->>'ruleId', a->>'metric', a->>'severity', a->>'cameraId', a->>'state',
      (a->>'since')::bigint, (a->>'resolvedAt')::bigint, a
    FROM json_to_recordset($2::json) AS r(alert jsonb), LATERAL (SELECT r.alert AS a) AS b
    ON CONFLICT (station_id, alert_id) DO UPDATE SET severity = excluded.severity, state = excluded.state,
      resolved_at_ms = excluded.resolved_at_ms, body = excluded.body`,
};
