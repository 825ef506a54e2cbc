/**
 * What must not be lost while the database cannot be written: the form in which it waits, and how it is applied later.
 * Applying a fact twice changes nothing, so a crash between writing the database and emptying the spool does no harm.
 */
import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import { CameraId } from '#contract/camera.ts';
import { Checkpoint, type Crossing } from '#contract/counting.ts';
import { type TimeSpan, TimeSpan as TimeSpanSchema } from '#contract/coverage.ts';
import { assertNever } from '#engine/base/assert.ts';
import { raiseEpoch, saveCheckpoint } from './checkpoints.ts';
import { addObserved, noteCause } from './coverage.ts';
import { insertCrossing, type Origin, trackUid } from './crossings.ts';
import { type FrameRecord, GapStart, NewCrossing, type PendingCrossing } from './records.ts';

const FrameFact = z.object({
  kind: z.literal('frame'),
  cameraId: CameraId,
  epoch: z.number().int().positive(),
  crossings: z.array(NewCrossing),
  /** null once a later frame of the same camera holds a newer one */
  checkpoint: Checkpoint.nullable(),
  observed: TimeSpanSchema.nullable(),
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
    checkpoint: record.checkpoint,
    observed: record.observed,
  };
}

export interface Applied {
  /** The rows that this fact added */
  readonly rows: readonly Crossing[];
  /** Crossings that the ledger had already */
  readonly doubles: readonly PendingCrossing[];
}

const nothing: Applied = { rows: [], doubles: [] };

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
      return nothing;
    default:
      return assertNever(fact);
  }
}

function applyFrame(database: Database, fact: FrameFact): Applied {
  const origin: Origin = { cameraId: fact.cameraId, epoch: fact.epoch };
  const rows: Crossing[] = [];
  const doubles: PendingCrossing[] = [];
  raiseEpoch(database, fact.cameraId, fact.epoch);
  for (const crossing of fact.crossings) {
    const id = insertCrossing(database, origin, crossing);
    const value = toPending(origin, crossing);
    if (id === null) doubles.push(value);
    else rows.push({ id, ...value });
  }
  if (fact.checkpoint !== null) saveCheckpoint(database, fact.checkpoint);
  if (fact.observed !== null) addObserved(database, fact.cameraId, fact.observed);
  return { rows, doubles };
}

/** A crossing as it will be in the ledger, still without its id. */
export function toPending(origin: Origin, crossing: NewCrossing): PendingCrossing {
  const { trackId, ...rest } = crossing;
  return { cameraId: origin.cameraId, trackUid: trackUid(origin, trackId), ...rest };
}

/** Bytes of a fact for the spool. */
export function encodeFact(fact: Fact): Uint8Array {
  return Buffer.from(JSON.stringify(fact));
}

/** @throws ZodError when the bytes were written by another version of this program */
export function decodeFact(bytes: Uint8Array): Fact {
  return Fact.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
}

/** Crossings in one fact after compaction, so that a fact stays a small message. */
const maxCrossings = 200;

/**
 * The same facts in less room: frames of a camera that follow each other become one, and only the newest checkpoint of
 * each camera is kept. Without crossings an hour of checkpoints shrinks to one.
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
  const observed = joinSpans(before.observed, after.observed);
  const fits = before.epoch === after.epoch && crossings.length <= maxCrossings;
  if (!fits || observed === undefined) return null;
  return { ...after, crossings, observed, checkpoint: after.checkpoint ?? before.checkpoint };
}

/** One span for two that touch, undefined for two that do not. */
function joinSpans(a: TimeSpan | null, b: TimeSpan | null): TimeSpan | null | undefined {
  if (a === null || b === null) return a ?? b;
  if (a.from > b.to || b.from > a.to) return undefined;
  return { from: Math.min(a.from, b.from), to: Math.max(a.to, b.to) };
}
