/**
 * One frame of which it is known who is in it: shown to a challenger, counted, recorded, and told to those who watch.
 */
import type { Clock } from './base/clock.ts';
import type { QueuedFrame } from './base/frame-queue.ts';
import type { Lane, Outcome } from './lane.ts';
import { hasRows } from './lane-record.ts';
import type { FromWorker } from './worker-protocol.ts';

/** An overlay at most so often. */
const overlayMs = 100;

export interface CountFrameDeps {
  readonly clock: Clock;
  readonly send: (message: FromWorker) => void;
}

/** Tracks, lines, zones and flows take in the frame; what they decide goes to the ledger with the checkpoint behind it. */
export function countFrame(
  lane: Lane,
  looked: { readonly queued: QueuedFrame; readonly outcome: Outcome },
  { clock, send }: CountFrameDeps,
): void {
  if (lane.isClosed || !lane.counter) return;
  const { frame } = looked.queued;
  const { detections, model, inferMs } = looked.outcome;
  const { isReplay, play, wantsFrames, generation } = lane.assignment;
  const isTimeless = isReplay && !play;
  // A camera's own clock starts anew with every connection; live tracks follow the time of capture instead.
  const seconds = isTimeless ? frame.mediaSeconds : frame.capturedAt / 1000;
  const at = Math.round(seconds * 1000);
  lane.record.observe(at, model, lane.lastState === 'frozen');
  lane.record.counted(frame.seq);
  const counts = lane.counter.update(detections, { seconds, frameSeq: frame.seq });

  lane.paths?.see(counts.tracks, at);

  const isFirst = lane.countedWith !== null && lane.countedWith.digest !== model.digest;
  lane.countedWith = model;
  // The first frame of another model is recorded at once: the ledger marks the boundary at it.
  if (isFirst || hasRows(counts) || (!isTimeless && lane.record.isDue())) {
    lane.record.send(counts, at, model);
  }
  const nowMs = clock.monotonicMs();
  if (!wantsFrames && nowMs - lane.overlayMs < overlayMs) return;
  lane.overlayMs = nowMs;
  send({
    kind: 'frame',
    cameraId: lane.cameraId,
    generation,
    frameSeq: frame.seq,
    at,
    tracks: counts.tracks,
    detections: wantsFrames ? detections : null,
    inferMs: wantsFrames ? inferMs : null,
  });
}

/** Before the slot is free again. */
export function showChallenger(
  { tap, queue }: Lane,
  { frame }: QueuedFrame,
  { detections, model, inferMs }: Outcome,
): void {
  const layout = queue.layout();
  if (tap === null || layout === null) return;
  const pixels = queue.bytes(frame.slot);
  tap.see({ frame, detections, modelDigest: model.digest, inferMs, pixels, layout });
}
