/**
 * Table of flow passages: append-only, one row for each time somebody went from A to B, and their sums over time.
 */
import type { Database } from 'better-sqlite3';
import type { TimeSpan } from '#contract/coverage.ts';
import { StationError } from '#contract/error.ts';
import { FlowPassage, type FlowTally } from '#contract/flow.ts';
import { bucketEdges } from '#engine/base/time-buckets.ts';
import { archivedQuarters } from './archived-time.ts';
import { type Origin, trackUid } from './crossings.ts';
import { clip, observedSpans } from './coverage.ts';
import { cameraKey, digestKey, flowKey } from './keys.ts';
import { readPage } from './ledger-rows.ts';
import type { FlowPassageQuery, FlowTallyQuery, NewFlowPassage } from './records.ts';
import { parseStored } from './rows.ts';
import { prepared, preparedValue } from './statements.ts';
import { livesIn, secondsByBucket } from './tallies.ts';

/**
 * Writes one row within the caller's transaction.
 * @returns its id, or null when the same passage of the same track is in the ledger already
 */
export function insertFlowPassage(
  database: Database,
  origin: Origin,
  passage: NewFlowPassage,
): number | null {
  const flow = flowKey(database, cameraKey(database, origin.cameraId), passage.flowId);
  const id = preparedValue<(number | string)[], number>(
    database,
    `INSERT INTO flow_passages (flow_key, flow_revision, epoch, track_id, ordinal, label, from_ms, at_ms,
       model_key, config_key)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (flow_key, flow_revision, epoch, track_id, ordinal) DO NOTHING
     RETURNING id`,
  ).get(
    flow,
    passage.flowRevision,
    origin.epoch,
    passage.trackId,
    passage.ordinal,
    passage.label,
    passage.fromAt,
    passage.at,
    digestKey(database, passage.modelDigest),
    digestKey(database, passage.configDigest),
  );
  return id ?? null;
}

interface PassageRow {
  readonly id: number;
  readonly camera_id: string;
  readonly flow_id: string;
  readonly flow_revision: number;
  readonly epoch: number;
  readonly track_id: number;
  readonly ordinal: number;
  readonly label: string;
  readonly from_ms: number;
  readonly at_ms: number;
  readonly model_digest: string;
  readonly config_digest: string;
}

const select = `
  SELECT x.id, c.camera_id, f.flow_id, x.flow_revision, x.epoch, x.track_id, x.ordinal, x.label, x.from_ms, x.at_ms,
    m.digest AS model_digest, s.digest AS config_digest
  FROM flow_passages AS x
  JOIN ledger_flows AS f ON f.key = x.flow_key
  JOIN ledger_cameras AS c ON c.key = f.camera_key
  JOIN ledger_digests AS m ON m.key = x.model_key
  JOIN ledger_digests AS s ON s.key = x.config_key`;

/** Newest first, by time and then by id. */
export function listFlowPassages(database: Database, query: FlowPassageQuery): FlowPassage[] {
  const { cameraId, flowId } = query;
  const keys =
    cameraId === undefined && flowId === undefined
      ? null
      : preparedValue<[string | null, string | null], number>(
          database,
          `SELECT f.key FROM ledger_flows AS f JOIN ledger_cameras AS c ON c.key = f.camera_key
           WHERE c.camera_id = coalesce(?, c.camera_id) AND f.flow_id = coalesce(?, f.flow_id)`,
        ).all(cameraId ?? null, flowId ?? null);
  return readPage<PassageRow>(
    database,
    { table: 'flow_passages', keyColumn: 'flow_key', select },
    { ...query, keys },
  ).map(toPassage);
}

function toPassage(row: PassageRow): FlowPassage {
  const value = {
    id: row.id,
    cameraId: row.camera_id,
    flowId: row.flow_id,
    flowRevision: row.flow_revision,
    trackUid: trackUid({ cameraId: row.camera_id, epoch: row.epoch }, row.track_id),
    ordinal: row.ordinal,
    label: row.label,
    fromAt: row.from_ms,
    at: row.at_ms,
    modelDigest: row.model_digest,
    configDigest: row.config_digest,
  };
  return parseStored(FlowPassage, value, `flow passage ${String(row.id)}`);
}

const maxTallies = 100_000;

interface KnownFlow {
  readonly cameraId: string;
  readonly flowId: string;
  readonly key: number | null;
}

/**
 * One tally for each flow and bucket, zeros included, ordered by camera, flow and time. A flow that was not defined in the
 * range is left out.
 * @throws StationError REQ_001 for an unknown time zone, a wrong range, or more than 100 000 tallies; ARC_002 when rows
 *   are needed that are in the archive
 */
export function queryFlowTallies(database: Database, query: FlowTallyQuery): FlowTally[] {
  const edges = bucketEdges(query, maxTallies);
  const buckets = edges.slice(1).map((to, index) => ({ from: edges[index] ?? to, to }));
  const flows = knownFlows(database, query)
    .map((flow) => ({ ...flow, lives: livesOf(database, flow) }))
    .filter(({ lives }) => lives.some((life) => life.from < query.to && life.to > query.from));
  if (flows.length * buckets.length > maxTallies) {
    throw new StationError(
      'REQ_001',
      `More than ${maxTallies} tallies. Ask for a shorter time, a longer bucket or one camera.`,
      { path: 'bucket' },
    );
  }
  return flows.flatMap((flow) => tallyFlow(database, flow, buckets));
}

function knownFlows(database: Database, query: FlowTallyQuery): KnownFlow[] {
  return prepared<[string | null, string | null], KnownFlow>(
    database,
    `SELECT DISTINCT r.camera_id AS cameraId, r.flow_id AS flowId, f.key AS key FROM flow_revisions AS r
     LEFT JOIN ledger_cameras AS c ON c.camera_id = r.camera_id
     LEFT JOIN ledger_flows AS f ON f.camera_key = c.key AND f.flow_id = r.flow_id
     WHERE r.camera_id = coalesce(?, r.camera_id) AND r.flow_id = coalesce(?, r.flow_id)
     ORDER BY 1, 2`,
  ).all(query.cameraId ?? null, query.flowId ?? null);
}

function livesOf(database: Database, { cameraId, flowId }: KnownFlow): TimeSpan[] {
  return livesIn(
    prepared<[string, string], { createdAt: number; removedAt: number | null }>(
      database,
      `SELECT created_at_ms AS createdAt, removed_at_ms AS removedAt FROM flow_revisions
       WHERE camera_id = ? AND flow_id = ? ORDER BY revision`,
    ).all(cameraId, flowId),
  );
}

function tallyFlow(
  database: Database,
  { cameraId, flowId, key, lives }: KnownFlow & { readonly lives: readonly TimeSpan[] },
  buckets: readonly TimeSpan[],
): FlowTally[] {
  const first = buckets.at(0);
  const last = buckets.at(-1);
  if (first === undefined || last === undefined) return [];
  const spans = observedSpans(database, cameraId, { from: first.from, to: last.to });
  const observed = lives.flatMap((life) =>
    spans
      .filter((span) => span.from < life.to && span.to > life.from)
      .map((span) => clip(span, life)),
  );
  const seconds = secondsByBucket(observed, buckets);
  return buckets.map(({ from, to }, index) => ({
    cameraId,
    flowId,
    from,
    to,
    ...sumBetween(database, key, { from, to }),
    observedSeconds: seconds[index] ?? 0,
  }));
}

function sumBetween(
  database: Database,
  key: number | null,
  { from, to }: TimeSpan,
): Pick<FlowTally, 'passages' | 'meanSeconds'> {
  if (key === null) return { passages: 0, meanSeconds: null };
  const { first, end } = archivedQuarters(database, 'flow_passages', { from, to });
  const sums = prepared<[object], { passages: number; transitMs: number }>(
    database,
    `SELECT coalesce(sum(passages), 0) AS passages, coalesce(sum(transit_ms), 0) AS transitMs FROM (
       SELECT count(*) AS passages, sum(at_ms - from_ms) AS transit_ms FROM flow_passages
       WHERE flow_key = @key AND at_ms >= @from AND at_ms < @to
       UNION ALL
       SELECT passages, transit_ms FROM archived_flow_quarters
       WHERE flow_key = @key AND quarter >= @first AND quarter < @end)`,
  ).get({ key, from, to, first, end }) ?? { passages: 0, transitMs: 0 };
  const { passages, transitMs } = sums;
  return { passages, meanSeconds: passages === 0 ? null : transitMs / passages / 1000 };
}
