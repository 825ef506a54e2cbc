/**
 * Table of zone revisions: an edit makes a new one, old ones stay, because zone events refer to them.
 */
import type { Database } from 'better-sqlite3';
import { Zone, type ZoneId } from '#contract/zone.ts';
import { refuseFlowEnd } from './flows.ts';
import { revisionTable } from './revision-table.ts';

/** Zones with their revisions. */
export const zones = revisionTable('zone', Zone);

/**
 * @returns the zone as it was
 * @throws StationError REQ_002 when there is none, REQ_003 when a flow begins or ends at it
 */
export function removeZone(database: Database, id: ZoneId, now: number): Zone {
  refuseFlowEnd(database, { on: 'zone', id });
  return zones.remove(database, id, now);
}
