/**
 * Which waiting frames run now, on which idle thread, and how long to wait for more: dynamic batching without a clock.
 */
import type { WorkClass } from './work.ts';

/** Something that waits to be inferred. */
export interface WaitingWork {
  /** Live when left out */
  readonly work?: WorkClass;
  /** The camera, or whoever else sent it: turns are taken among them */
  readonly cameraId: string;
  /**
   * Since when this camera has had a frame waiting, monotonic ms. A newer frame that replaces the waiting one keeps this
   * time, so that the order is first come, first served among cameras and a fast camera cannot push out a slow one.
   */
  readonly waitingSinceMs: number;
}

/** A camera's frame that waits to be inferred. */
export interface WaitingFrame extends WaitingWork {
  readonly slot: number;
  /** Frames that may share its run, where the model takes so many; left out, as the limits say */
  readonly batch?: number;
}

export interface BatchLimits {
  /** Frames per run at most; 1 on CPU, where a batch takes as long as its frames one by one */
  readonly maxBatchSize: number;
  /** How long the oldest frame may wait for a fuller batch: 2 live, 0 with one camera, 50 to 100 for batch jobs */
  readonly maxQueueDelayMs: number;
}

export interface BatchQuestion<T extends WaitingWork> {
  readonly waiting: readonly T[];
  readonly idleThreads: number;
  /** Cameras that may deliver a frame; when all of them wait there is nothing more to wait for */
  readonly cameras: number;
  readonly nowMs: number;
}

export interface BatchDecision<T extends WaitingWork> {
  /** One batch for each of the idle threads that gets work, fullest first */
  readonly batches: readonly (readonly T[])[];
  /** When to ask again if nothing else happens, monotonic ms; null when a new frame or an idle thread will tell */
  readonly askAgainAtMs: number | null;
}

/**
 * Decides what runs now. Frames are taken oldest first and by turns among cameras; they are spread over the idle threads
 * before batches grow, because two threads with one frame each are faster than one thread with two.
 */
export function decideBatches<T extends WaitingWork>(
  question: BatchQuestion<T>,
  limits: BatchLimits,
): BatchDecision<T> {
  const { waiting, idleThreads, nowMs } = question;
  if (idleThreads === 0 || waiting.length === 0) return { batches: [], askAgainAtMs: null };

  const ordered = byTurns(waiting);
  const room = idleThreads * limits.maxBatchSize;
  const oldest = Math.min(...waiting.map(({ waitingSinceMs }) => waitingSinceMs));
  const dueMs = oldest + limits.maxQueueDelayMs;
  const isComplete = waiting.length >= room || camerasOf(waiting) >= question.cameras;
  if (!isComplete && nowMs < dueMs) {
    // Until then only full batches leave.
    const full = Math.floor(ordered.length / limits.maxBatchSize);
    const taken = ordered.slice(0, full * limits.maxBatchSize);
    return { batches: spread(taken, full), askAgainAtMs: dueMs };
  }
  return { batches: spread(ordered.slice(0, room), idleThreads), askAgainAtMs: null };
}

/** The first frame of every camera, oldest first, then the second ones, and so on. */
function byTurns<T extends WaitingWork>(waiting: readonly T[]): T[] {
  const taken = new Map<string, number>();
  return [...waiting]
    .sort((a, b) => a.waitingSinceMs - b.waitingSinceMs)
    .map((frame) => {
      const turn = taken.get(frame.cameraId) ?? 0;
      taken.set(frame.cameraId, turn + 1);
      return { frame, turn };
    })
    .sort((a, b) => a.turn - b.turn)
    .map(({ frame }) => frame);
}

/** Deals frames to at most `threads` batches whose sizes differ by one at most. */
function spread<T>(frames: readonly T[], threads: number): T[][] {
  const batches = Array.from({ length: Math.min(threads, frames.length) }, (): T[] => []);
  frames.forEach((frame, index) => batches[index % batches.length]?.push(frame));
  return batches;
}

function camerasOf(waiting: readonly WaitingWork[]): number {
  return new Set(waiting.map(({ cameraId }) => cameraId)).size;
}
