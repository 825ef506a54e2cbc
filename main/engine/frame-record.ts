/**
 * Turns what a worker reports of a frame into what the ledger keeps: camera's seconds become Unix times, digests are added.
 */
import type { ConfigDigests } from './config-digest.ts';
import type { FrameRecord } from './store/records.ts';
import type { FromWorker } from './worker-protocol.ts';

/** Pure: the same message and digests give the same record. */
export function toFrameRecord(
  message: Extract<FromWorker, { kind: 'record' }>,
  digests: ConfigDigests,
): FrameRecord {
  const { cameraId, checkpoint, observed, modelDigest } = message;
  return {
    cameraId,
    checkpoint,
    observed,
    modelDigest,
    crossings: message.crossings.map(({ atSeconds, frameSeq: _frame, ...crossing }) => ({
      ...crossing,
      at: toMs(atSeconds),
      modelDigest,
      configDigest: digests.lines,
    })),
    zoneEvents: message.zoneChanges.map(({ atSeconds, frameSeq: _frame, ...change }) => ({
      ...change,
      at: toMs(atSeconds),
      modelDigest,
      configDigest: digests.zones,
    })),
    passages: message.passages.map(({ fromSeconds, toSeconds, frameSeq: _frame, ...passage }) => ({
      ...passage,
      fromAt: toMs(fromSeconds),
      at: toMs(toSeconds),
      modelDigest,
      configDigest: digests.zones,
    })),
  };
}

function toMs(seconds: number): number {
  return Math.round(seconds * 1000);
}
