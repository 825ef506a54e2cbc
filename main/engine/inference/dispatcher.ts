/**
 * Brings waiting frames to idle inference threads as the batcher decides: the thin shell around `schedule`.
 */
import { StationError } from '#contract/error.ts';
import type { Clock } from '#engine/base/clock.ts';
import type { BatchLimits, WaitingFrame } from './batcher.ts';
import type { BatchResult } from './inference-protocol.ts';
import type { InferenceThread } from './inference-thread.ts';
import { schedule } from './scheduler.ts';
import { queueDelayMs, type WorkClass } from './work.ts';

/** Limits of live frames; other work waits as its class says, and its frames may ask for fuller runs. */
export interface DispatchLimits extends BatchLimits {
  /** Frames in a run at most, whoever asks */
  readonly largestBatch: number;
}

export interface DispatcherOptions<T extends WaitingFrame> {
  readonly threads: readonly InferenceThread[];
  readonly limits: DispatchLimits;
  readonly clock: Clock;
  /** The frames that wait now: none of a camera that has as many in flight as it may have. */
  readonly waiting: () => readonly T[];
  /** Cameras that may deliver a frame. */
  readonly cameras: () => number;
  /** How many runs may begin now, where others compute on the same processor; as many as threads are idle when left out */
  readonly room?: () => number;
  /** The batch goes to a thread: its frames wait no longer, and their slots are in use. */
  readonly onStart: (batch: readonly T[]) => void;
  /**
   * The thread is idle already: free the cameras of the batch and call `wake` first, then do what takes time, so that
   * the thread works meanwhile.
   */
  readonly onDone: (batch: readonly T[], result: BatchResult) => void;
  readonly onFailed: (batch: readonly T[], error: StationError) => void;
}

export interface Dispatcher {
  /** Call when a frame has come to wait. Cheap; may be called for every frame. */
  wake(): void;
  /**
   * Changes the threads and limits between two frames: batches in flight finish where they are. For a swap, and after
   * a thread has ended.
   */
  setThreads(threads: readonly InferenceThread[], limits: DispatchLimits): void;
  /** No batch starts any more; resolves when those in flight have settled. */
  close(): Promise<void>;
}

export function createDispatcher<T extends WaitingFrame>(
  options: DispatcherOptions<T>,
): Dispatcher {
  const { clock } = options;
  const open = new Set<Promise<void>>();
  let { threads, limits } = options;
  let timer: NodeJS.Timeout | null = null;
  let isClosed = false;

  function limitsOf(work: WorkClass, waiting: readonly T[]): BatchLimits {
    const asked = waiting.map((frame) => (frame.work === work ? (frame.batch ?? 1) : 1));
    const wanted = Math.max(limits.maxBatchSize, ...asked);
    return {
      maxBatchSize: Math.min(limits.largestBatch, wanted),
      maxQueueDelayMs: queueDelayMs[work],
    };
  }

  function wake(): void {
    if (isClosed) return;
    if (timer !== null) clearTimeout(timer);
    timer = null;
    const idle = threads
      .filter((thread) => !thread.isBusy())
      .slice(0, Math.max(0, options.room?.() ?? threads.length));
    const nowMs = clock.monotonicMs();
    const waiting = options.waiting();
    const { batches, askAgainAtMs } = schedule(
      { waiting, idleThreads: idle.length, cameras: options.cameras(), nowMs },
      (work) => (work === 'live' ? limits : limitsOf(work, waiting)),
    );
    batches.forEach((batch, index) => {
      const thread = idle[index];
      if (thread === undefined) return;
      options.onStart(batch);
      const settled = thread
        .run(batch)
        .then(
          (result) => options.onDone(batch, result),
          (error: unknown) => options.onFailed(batch, StationError.from(error, 'INF_001')),
        )
        .finally(() => {
          open.delete(settled);
          wake();
        });
      open.add(settled);
    });
    if (askAgainAtMs !== null) timer = setTimeout(wake, Math.max(0, askAgainAtMs - nowMs));
  }

  return {
    wake,
    setThreads(next, nextLimits) {
      threads = next;
      limits = nextLimits;
      wake();
    },
    async close() {
      isClosed = true;
      if (timer !== null) clearTimeout(timer);
      await Promise.all(open);
    },
  };
}
