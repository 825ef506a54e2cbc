/**
 * Table of zone events: append-only, one row for each time somebody enters, leaves or loiters.
 */
import type { Database } from 'better-sqlite3';
import { ZoneEvent } from '#contract/zone.ts';
import { type Origin, trackUid } from './crossings.ts';
import { cameraKey, digestKey, zoneKey } from './keys.ts';
import { readPage } from './ledger-rows.ts';
import type { NewZoneEvent, ZoneEventQuery } from './records.ts';
import { parseStored } from './rows.ts';
import { preparedValue } from './statements.ts';

/**
 * Writes one row within the caller's transaction.
 * @returns its id, or null when the same event of the same track is in the ledger already
 */
export function insertZoneEvent(
  database: Database,
  origin: Origin,
  event: NewZoneEvent,
): number | null {
  const zone = zoneKey(database, cameraKey(database, origin.cameraId), event.zoneId);
  const { point, box } = event;
  const id = preparedValue<(number | string)[], number>(
    database,
    `INSERT INTO zone_events (zone_key, zone_revision, epoch, track_id, ordinal, kind, is_seen_passing, label,
       at_ms, dwell_seconds, score, point_x, point_y, box_x, box_y, box_width, box_height, model_key, config_key)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (zone_key, zone_revision, epoch, track_id, ordinal) DO NOTHING
     RETURNING id`,
  ).get(
    zone,
    event.zoneRevision,
    origin.epoch,
    event.trackId,
    event.ordinal,
    event.kind,
    event.isSeenPassing ? 1 : 0,
    event.label,
    event.at,
    event.dwellSeconds,
    event.score,
    point.x,
    point.y,
    box.x,
    box.y,
    box.width,
    box.height,
    digestKey(database, event.modelDigest),
    digestKey(database, event.configDigest),
  );
  return id ?? null;
}

interface ZoneEventRow {
  readonly id: number;
  readonly camera_id: string;
  readonly zone_id: string;
  readonly zone_revision: number;
  readonly epoch: number;
  readonly track_id: number;
  readonly ordinal: number;
  readonly kind: string;
  readonly is_seen_passing: number;
  readonly label: string;
  readonly at_ms: number;
  readonly dwell_seconds: number;
  readonly score: number;
  readonly point_x: number;
  readonly point_y: number;
  readonly box_x: number;
  readonly box_y: number;
  readonly box_width: number;
  readonly box_height: number;
  readonly model_digest: string;
  readonly config_digest: string;
}

const select = `
  SELECT x.id, c.camera_id, z.zone_id, x.zone_revision, x.epoch, x.track_id, x.ordinal, x.kind, x.is_seen_passing,
    x.label, x.at_ms, x.dwell_seconds, x.score, x.point_x, x.point_y, x.box_x, x.box_y, x.box_width, x.box_height,
    m.digest AS model_digest, s.digest AS config_digest
  FROM zone_events AS x
  JOIN ledger_zones AS z ON z.key = x.zone_key
  JOIN ledger_cameras AS c ON c.key = z.camera_key
  JOIN ledger_digests AS m ON m.key = x.model_key
  JOIN ledger_digests AS s ON s.key = x.config_key`;

/** Newest first, by time and then by id. */
export function listZoneEvents(database: Database, query: ZoneEventQuery): ZoneEvent[] {
  const { kind } = query;
  const where = kind === undefined ? undefined : { sql: 'x.kind = ?', values: [kind] };
  return readPage<ZoneEventRow>(
    database,
    { table: 'zone_events', keyColumn: 'zone_key', select, where },
    { ...query, keys: wantedZones(database, query) },
  ).map(toZoneEvent);
}

/** Keys of the zones asked for; null for all. */
function wantedZones(
  database: Database,
  { cameraId, zoneId }: Pick<ZoneEventQuery, 'cameraId' | 'zoneId'>,
): number[] | null {
  if (cameraId === undefined && zoneId === undefined) return null;
  return preparedValue<[string | null, string | null], number>(
    database,
    `SELECT z.key FROM ledger_zones AS z JOIN ledger_cameras AS c ON c.key = z.camera_key
     WHERE c.camera_id = coalesce(?, c.camera_id) AND z.zone_id = coalesce(?, z.zone_id)`,
  ).all(cameraId ?? null, zoneId ?? null);
}

function toZoneEvent(row: ZoneEventRow): ZoneEvent {
  const value = {
    id: row.id,
    cameraId: row.camera_id,
    zoneId: row.zone_id,
    zoneRevision: row.zone_revision,
    trackUid: trackUid({ cameraId: row.camera_id, epoch: row.epoch }, row.track_id),
    ordinal: row.ordinal,
    kind: row.kind,
    isSeenPassing: row.is_seen_passing === 1,
    label: row.label,
    at: row.at_ms,
    dwellSeconds: row.dwell_seconds,
    score: row.score,
    point: { x: row.point_x, y: row.point_y },
    box: { x: row.box_x, y: row.box_y, width: row.box_width, height: row.box_height },
    modelDigest: row.model_digest,
    configDigest: row.config_digest,
  };
  return parseStored(ZoneEvent, value, `zone event ${String(row.id)}`);
}
