/**
 * What must not be lost while the database cannot be written: the form in which it waits, and how it is applied later.
 * Applying a fact twice changes nothing, so a crash between writing the database and emptying the spool does no harm.
 */
import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import { CameraId } from '#contract/camera.ts';
import { Checkpoint, type Crossing } from '#contract/counting.ts';
import { type TimeSpan, TimeSpan as TimeSpanSchema } from '#contract/coverage.ts';
import type { FlowPassage } from '#contract/flow.ts';
import type { ZoneEvent } from '#contract/zone.ts';
import { assertNever } from '#engine/base/assert.ts';
import { raiseEpoch, saveCheckpoint } from './checkpoints.ts';
import { addObserved, noteCause, withdrawObserved } from './coverage.ts';
import { insertCrossing, type Origin, trackUid } from './crossings.ts';
import { insertFlowPassage } from './flow-passages.ts';
import { noteModel } from './model-boundaries.ts';
import {
  type FrameRecord,
  GapStart,
  type LedgerRows,
  NewCrossing,
  NewFlowPassage,
  NewZoneEvent,
  type PendingCrossing,
} from './records.ts';
import { insertZoneEvent } from './zone-events.ts';

const FrameFact = z.object({
  kind: z.literal('frame'),
  cameraId: CameraId,
  epoch: z.number().int().positive(),
  crossings: z.array(NewCrossing),
  // A spool of before there were zones has neither.
  zoneEvents: z.array(NewZoneEvent).default([]),
  passages: z.array(NewFlowPassage).default([]),
  /** null once a later frame of the same camera holds a newer one */
  checkpoint: Checkpoint.nullable(),
  observed: TimeSpanSchema.nullable(),
  // A spool of before boundaries were marked has none.
  modelDigest: z.string().optional(),
});
type FrameFact = z.infer<typeof FrameFact>;

export const Fact = z.discriminatedUnion('kind', [
  FrameFact,
  z.object({ kind: z.literal('epoch'), cameraId: CameraId, epoch: z.number().int().positive() }),
  z.object({ kind: z.literal('gap'), gap: GapStart }),
]);
export type Fact = z.infer<typeof Fact>;

export function frameFact(record: FrameRecord): Fact {
  return {
    kind: 'frame',
    cameraId: record.cameraId,
    epoch: record.checkpoint.epoch,
    crossings: record.crossings,
    zoneEvents: record.zoneEvents ?? [],
    passages: record.passages ?? [],
    checkpoint: record.checkpoint,
    observed: record.observed,
    ...(record.modelDigest === undefined ? {} : { modelDigest: record.modelDigest }),
  };
}

/** A row that the ledger had already: a crossing, a zone event or a passage. */
export interface Double {
  readonly cameraId: CameraId;
  readonly trackUid: string;
  readonly ordinal: number;
  readonly lineId?: string;
  readonly zoneId?: string;
  readonly flowId?: string;
}

export interface Applied {
  /** The rows that this fact added */
  readonly rows: LedgerRows;
  readonly doubles: readonly Double[];
}

const nothing: Applied = { rows: { crossings: [], zoneEvents: [], passages: [] }, doubles: [] };

/** Writes a fact within the caller's transaction. */
export function applyFact(database: Database, fact: Fact): Applied {
  switch (fact.kind) {
    case 'frame':
      return applyFrame(database, fact);
    case 'epoch':
      raiseEpoch(database, fact.cameraId, fact.epoch);
      return nothing;
    case 'gap':
      noteCause(database, fact.gap);
      // It shows only after a while that a picture does not move; until then it passed for observed.
      if (fact.gap.cause === 'camera-frozen') withdrawObserved(database, fact.gap);
      return nothing;
    default:
      return assertNever(fact);
  }
}

function applyFrame(database: Database, fact: FrameFact): Applied {
  const origin: Origin = { cameraId: fact.cameraId, epoch: fact.epoch };
  const crossings: Crossing[] = [];
  const zoneEvents: ZoneEvent[] = [];
  const passages: FlowPassage[] = [];
  const doubles: Double[] = [];
  raiseEpoch(database, fact.cameraId, fact.epoch);
  for (const crossing of fact.crossings) {
    const id = insertCrossing(database, origin, crossing);
    const value = toPending(origin, crossing);
    if (id === null) doubles.push(doubleOf(value, { lineId: crossing.lineId }));
    else crossings.push({ id, ...value });
  }
  for (const event of fact.zoneEvents) {
    const id = insertZoneEvent(database, origin, event);
    const value = ofTrack(origin, event);
    if (id === null) doubles.push(doubleOf(value, { zoneId: event.zoneId }));
    else zoneEvents.push({ id, ...value });
  }
  for (const passage of fact.passages) {
    const id = insertFlowPassage(database, origin, passage);
    const value = ofTrack(origin, passage);
    if (id === null) doubles.push(doubleOf(value, { flowId: passage.flowId }));
    else passages.push({ id, ...value });
  }
  const { modelDigest: digest, checkpoint } = fact;
  if (digest !== undefined && checkpoint !== null) {
    noteModel(database, { cameraId: fact.cameraId, digest, at: checkpoint.at });
  }
  if (fact.checkpoint !== null) saveCheckpoint(database, fact.checkpoint);
  if (fact.observed !== null) addObserved(database, fact.cameraId, fact.observed);
  return { rows: { crossings, zoneEvents, passages }, doubles };
}

/** A crossing as it will be in the ledger, still without its id. */
export function toPending(origin: Origin, crossing: NewCrossing): PendingCrossing {
  return ofTrack(origin, crossing);
}

/** A row as it will be in the ledger: with the uid of its track instead of the number. */
function ofTrack<R extends { readonly trackId: number }>(origin: Origin, row: R) {
  const { trackId, ...rest } = row;
  return { cameraId: origin.cameraId, trackUid: trackUid(origin, trackId), ...rest };
}

function doubleOf(
  row: { readonly cameraId: CameraId; readonly trackUid: string; readonly ordinal: number },
  what: Pick<Double, 'lineId' | 'zoneId' | 'flowId'>,
): Double {
  return { cameraId: row.cameraId, ...what, trackUid: row.trackUid, ordinal: row.ordinal };
}

/** Bytes of a fact for the spool. */
export function encodeFact(fact: Fact): Uint8Array {
  return Buffer.from(JSON.stringify(fact));
}

/** @throws ZodError when the bytes were written by another version of this program */
export function decodeFact(bytes: Uint8Array): Fact {
  return Fact.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
}

/** Rows in one fact after compaction, so that a fact stays a small message. */
const maxRows = 200;

/**
 * The same facts in less room: frames of a camera that follow each other become one, and only the newest checkpoint of
 * each camera is kept. Without rows an hour of checkpoints shrinks to one.
 */
export function compactFacts(facts: readonly Fact[]): Fact[] {
  const compacted: Fact[] = [];
  const newest = new Map<CameraId, number>();
  for (const fact of facts) {
    const cameraId = fact.kind === 'gap' ? fact.gap.cameraId : fact.cameraId;
    const index = newest.get(cameraId);
    const before = index === undefined ? undefined : compacted[index];
    if (fact.kind !== 'frame' || index === undefined || before?.kind !== 'frame') {
      if (fact.kind === 'frame') newest.set(cameraId, compacted.length);
      compacted.push(fact);
      continue;
    }
    const joined = joinFrames(before, fact);
    if (joined === null) {
      compacted[index] = {
        ...before,
        checkpoint: fact.checkpoint === null ? before.checkpoint : null,
      };
      newest.set(cameraId, compacted.length);
      compacted.push(fact);
    } else {
      compacted[index] = joined;
    }
  }
  return compacted;
}

/** Two frames of one camera as one, or null when that would lose something. */
function joinFrames(before: FrameFact, after: FrameFact): FrameFact | null {
  const crossings = [...before.crossings, ...after.crossings];
  const zoneEvents = [...before.zoneEvents, ...after.zoneEvents];
  const passages = [...before.passages, ...after.passages];
  const observed = joinSpans(before.observed, after.observed);
  const rows = crossings.length + zoneEvents.length + passages.length;
  const isSame = before.epoch === after.epoch && before.modelDigest === after.modelDigest;
  const fits = isSame && rows <= maxRows;
  if (!fits || observed === undefined) return null;
  return {
    ...after,
    crossings,
    zoneEvents,
    passages,
    observed,
    checkpoint: after.checkpoint ?? before.checkpoint,
  };
}

/** One span for two that touch, undefined for two that do not. */
function joinSpans(a: TimeSpan | null, b: TimeSpan | null): TimeSpan | null | undefined {
  if (a === null || b === null) return a ?? b;
  if (a.from > b.to || b.from > a.to) return undefined;
  return { from: Math.min(a.from, b.from), to: Math.max(a.to, b.to) };
}
