/**
 * What one camera tells the ledger from within its worker: rows and checkpoint in one message, with the time that was looked
 * at. A gap between two frames ends a span of that time.
 */
import type { Clock } from './base/clock.ts';
import type { CameraCounter, FrameCounts } from './camera-counter.ts';
import type { Assignment, FromWorker, WorkerModel } from './worker-protocol.ts';

/** What a frame adds to the ledger */
export type Rows = Omit<FrameCounts, 'tracks'>;

export interface LaneRecord {
  /**
   * A frame at this time is about to be counted: before it is, because a checkpoint must never be ahead of the rows that come
   * with it. A picture that is frozen observes nothing.
   */
  observe(at: number, model: WorkerModel, isFrozen: boolean): void;
  /** What was taken for observed from this time on was not. */
  withdraw(since: number): void;
  /** The frame is counted. */
  counted(frameSeq: number): void;
  /** Whether the last message is so long ago that another one is due without a row. */
  isDue(): boolean;
  /** Sends rows and the checkpoint behind them. */
  send(rows: Rows, at: number, model: WorkerModel): void;
  /** Sends what was observed since the last message; nothing when that is nothing. */
  finish(model: WorkerModel | null): void;
}

export interface LaneRecordOptions {
  readonly assignment: Assignment;
  readonly clock: Clock;
  readonly send: (message: FromWorker) => void;
  /** Null until the size of the picture is known */
  readonly counter: () => CameraCounter | null;
}

/** A checkpoint at least so often, ms */
const checkpointMs = 1_000;
/** Two analysed frames further apart than this, or than three frame intervals, leave a gap in the coverage, ms */
const gapMs = 1_000;
/** So long after a camera was opened its frames may be older than that; later a clock was set, ms */
const openingMs = 10_000;
const noRows: Rows = { crossings: [], zoneChanges: [], passages: [] };

export function createLaneRecord(options: LaneRecordOptions): LaneRecord {
  const { assignment, clock } = options;
  const { camera, play, checkpoint, generation, epoch } = assignment;
  const from = play ? checkpoint : null;
  let countedSeq = from?.frameSeq ?? 0;
  const opened = { at: clock.now(), ms: clock.monotonicMs() };
  let sentMs = opened.ms;
  /** Analysed time that no message has told yet, Unix ms */
  let observed: { from: number; to: number } | null = from && { from: from.at, to: from.at };

  function send(rows: Rows, at: number, model: WorkerModel): void {
    const counter = options.counter();
    if (!counter) return;
    sentMs = clock.monotonicMs();
    options.send({
      kind: 'record',
      cameraId: camera.id,
      generation,
      crossings: rows.crossings,
      zoneChanges: rows.zoneChanges,
      passages: rows.passages,
      occupancy: counter.occupancy(),
      modelDigest: model.digest,
      observed,
      checkpoint: {
        cameraId: camera.id,
        epoch,
        frameSeq: countedSeq,
        at,
        state: counter.checkpoint(),
      },
    });
    // The next span begins where this one ended, so that they touch.
    if (observed) observed = { from: observed.to, to: observed.to };
  }

  /** A camera's first frames are older than its connection: nobody has looked then, and what happened before has its own name. */
  function isOlder(at: number): boolean {
    const isLive = !assignment.isReplay && !play;
    return isLive && at < opened.at && clock.monotonicMs() - opened.ms < openingMs;
  }

  return {
    observe(at, model, isFrozen) {
      if (isOlder(at)) return;
      const limitMs = Math.max(gapMs, 3000 / camera.fps);
      if (observed && !isFrozen && at >= observed.to && at - observed.to <= limitMs) {
        observed = { from: observed.from, to: at };
        return;
      }
      if (observed && observed.to > observed.from) send(noRows, observed.to, model);
      observed = isFrozen ? null : { from: at, to: at };
    },
    withdraw(since) {
      if (!observed || observed.to <= since) return;
      observed = observed.from < since ? { from: observed.from, to: since } : null;
    },
    counted(frameSeq) {
      countedSeq = frameSeq;
    },
    isDue: () => clock.monotonicMs() - sentMs >= checkpointMs,
    send,
    finish(model) {
      if (observed && model) send(noRows, observed.to, model);
    },
  };
}

export function hasRows({ crossings, zoneChanges, passages }: Rows): boolean {
  return crossings.length + zoneChanges.length + passages.length > 0;
}
