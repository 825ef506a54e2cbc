/**
 * Table of flow revisions. The ends of a flow are on its camera, and neither is removed before the flow is.
 */
import type { Database } from 'better-sqlite3';
import { StationError } from '#contract/error.ts';
import { Flow, type FlowEnd } from '#contract/flow.ts';
import type { FlowDefinition } from './records.ts';
import { revisionTable } from './revision-table.ts';
import { preparedValue } from './statements.ts';

/** Flows with their revisions. */
export const flows = revisionTable('flow', Flow);

/**
 * Makes the next revision of a flow.
 * @throws StationError REQ_001 when both ends are the same, REQ_002 when the camera or an end does not exist, REQ_003 when the flow is
 *   on another camera
 */
export function saveFlow(database: Database, definition: FlowDefinition, now: number): Flow {
  const { from, to, cameraId } = definition;
  if (JSON.stringify(endKey(from)) === JSON.stringify(endKey(to))) {
    const message = 'A flow needs two ends: it begins where it ends. Choose another end.';
    throw new StationError('REQ_001', message, { path: 'to' });
  }
  const saved = flows.save(database, definition, now);
  requireEnd(database, { cameraId, end: from, path: 'from' });
  requireEnd(database, { cameraId, end: to, path: 'to' });
  return saved;
}

interface Place {
  readonly on: FlowEnd['on'];
  readonly id: string;
}

/** @throws StationError REQ_003 when a flow begins or ends at this line or zone */
export function refuseFlowEnd(database: Database, place: Place): void {
  const flow = flows
    .list(database, null)
    .find(({ from, to }) => [from, to].some((end) => isAt(end, place)));
  if (flow === undefined) return;
  throw new StationError(
    'REQ_003',
    `The flow "${flow.name}" begins or ends at this ${place.on}. Remove the flow first.`,
    { path: 'id' },
  );
}

function isAt(end: FlowEnd, { on, id }: Place): boolean {
  return end.on === on && placeOf(end).id === id;
}

function placeOf(end: FlowEnd): Place {
  return { on: end.on, id: end.on === 'zone' ? end.zoneId : end.lineId };
}

function endKey(end: FlowEnd): readonly unknown[] {
  return end.on === 'zone' ? [end.on, end.zoneId, end.kind] : [end.on, end.lineId, end.direction];
}

/** Within the caller's transaction, so that an error takes the flow away again. */
function requireEnd(
  database: Database,
  {
    cameraId,
    end,
    path,
  }: { readonly cameraId: string; readonly end: FlowEnd; readonly path: string },
): void {
  const { on, id } = placeOf(end);
  const found = preparedValue<[string, string], number>(
    database,
    `SELECT 1 FROM ${on}_revisions AS r WHERE ${on}_id = ? AND camera_id = ? AND removed_at_ms IS NULL
     AND revision = (SELECT max(revision) FROM ${on}_revisions WHERE ${on}_id = r.${on}_id)`,
  ).get(id, cameraId);
  if (found !== undefined) return;
  throw new StationError(
    'REQ_002',
    `There is no ${on} "${id}" on camera "${cameraId}". Draw it first, or choose another end.`,
    { path: `${path}.${on}Id` },
  );
}
