/**
 * One loaded model version in a worker: its inference threads, which frames they get, and their replacement when one ends.
 */
import { StationError } from '#contract/error.ts';
import type { Clock } from './base/clock.ts';
import type { Logger } from './base/log.ts';
import type { WaitingFrame } from './inference/batcher.ts';
import { createDispatcher } from './inference/dispatcher.ts';
import type { BatchResult, CameraSlots } from './inference/inference-protocol.ts';
import { createInferenceThread, type InferenceThread } from './inference/inference-thread.ts';
import type { WorkerModel } from './worker-protocol.ts';

/** Live frames wait at most this long for a fuller batch (SERVING.md). */
const maxQueueDelayMs = 2;
/** A thread that ended is started again this often before the version is given up. */
const maxThreadRestarts = 5;

export interface ModelThreadsOptions<T extends WaitingFrame> {
  readonly model: WorkerModel;
  /** Path of the inference thread's entry point */
  readonly entry: string;
  readonly threads: number;
  readonly clock: Clock;
  readonly log: Logger;
  /** The frames that wait for this version */
  readonly waiting: () => readonly T[];
  readonly cameras: () => number;
  /** Runs that may begin now: all versions of a worker share its threads' worth of processor */
  readonly room: () => number;
  readonly onStart: (batch: readonly T[]) => void;
  readonly onDone: (batch: readonly T[], result: BatchResult) => void;
  readonly onFailed: (batch: readonly T[], error: StationError) => void;
  /** No thread is left and none can be started */
  readonly onDead: (error: StationError) => void;
}

export interface ModelThreads {
  readonly model: WorkerModel;
  /** Resolves when all threads have loaded and warmed it. Rejects with MODEL_*, and nothing is left of it. */
  load(cameras: Iterable<CameraSlots>): Promise<void>;
  wake(): void;
  setSlots(slots: CameraSlots): void;
  forget(cameraId: string): void;
  /** For how long the oldest run in flight has been running, ms; 0 when none is */
  oldestRunMs(): number;
  /** Starts no batch any more and ends the threads when those in flight have settled: never for a wedged one. */
  close(): Promise<void>;
}

export function createModelThreads<T extends WaitingFrame>(
  options: ModelThreadsOptions<T>,
): ModelThreads {
  const { model, clock, log } = options;
  let threads: InferenceThread[] = [];
  let batchSize = 1;
  let restarts = 0;
  let isClosing = false;
  const started = new Map<readonly T[], number>();

  const limits = () => ({ maxBatchSize: batchSize, maxQueueDelayMs });
  const dispatcher = createDispatcher<T>({
    threads,
    limits: limits(),
    clock,
    waiting: options.waiting,
    cameras: options.cameras,
    room: options.room,
    onStart(batch) {
      started.set(batch, clock.monotonicMs());
      options.onStart(batch);
    },
    onDone(batch, result) {
      started.delete(batch);
      options.onDone(batch, result);
    },
    onFailed(batch, error) {
      started.delete(batch);
      options.onFailed(batch, error);
    },
  });

  function start(): InferenceThread {
    return createInferenceThread({
      entry: options.entry,
      model: { path: model.path, card: model.card },
      provider: 'cpu',
      intraOpThreads: 1,
    });
  }

  /** A thread that ends by itself is replaced; its batch has failed and was reported. */
  function guard(thread: InferenceThread, slots: ReadonlyMap<string, CameraSlots>): void {
    void thread.ended.then(async (reason) => {
      if (reason === null || isClosing) return;
      log.warn('inference thread ended', { code: reason.code, reason: reason.message });
      threads = threads.filter((other) => other !== thread);
      dispatcher.setThreads(threads, limits());
      if (++restarts > maxThreadRestarts) {
        if (threads.length === 0) options.onDead(reason);
        return;
      }
      const next = start();
      for (const camera of slots.values()) next.setSlots(camera);
      try {
        await next.ready;
        threads = [...threads, next];
        dispatcher.setThreads(threads, limits());
        guard(next, slots);
      } catch (error) {
        if (threads.length === 0) options.onDead(StationError.from(error, 'MODEL_002'));
      }
    });
  }

  const slots = new Map<string, CameraSlots>();
  return {
    model,
    async load(cameras) {
      for (const camera of cameras) slots.set(camera.cameraId, camera);
      threads = Array.from({ length: options.threads }, start);
      try {
        const ready = await Promise.all(threads.map((thread) => thread.ready));
        // On CPU a batch takes as long as its frames one by one; only a model that insists on more gets more.
        batchSize = Math.max(1, ...ready.map((answer) => answer.batchSize ?? 1));
      } catch (error) {
        isClosing = true;
        await Promise.all(threads.map((thread) => thread.close()));
        throw StationError.from(error, 'MODEL_002');
      }
      // Told only now: cameras may have come, or changed, while it was loading.
      for (const thread of threads) {
        for (const camera of slots.values()) thread.setSlots(camera);
        guard(thread, slots);
      }
      dispatcher.setThreads(threads, limits());
    },
    wake: () => dispatcher.wake(),
    setSlots(camera) {
      slots.set(camera.cameraId, camera);
      for (const thread of threads) thread.setSlots(camera);
    },
    forget(cameraId) {
      slots.delete(cameraId);
      for (const thread of threads) thread.forget(cameraId);
    },
    oldestRunMs: () =>
      started.size === 0 ? 0 : clock.monotonicMs() - Math.min(...started.values()),
    async close() {
      isClosing = true;
      await dispatcher.close();
      await Promise.all(threads.map((thread) => thread.close()));
    },
  };
}
