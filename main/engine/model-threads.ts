/**
 * One loaded model version in a worker: its inference threads, which frames they get, and their replacement when one ends.
 */
import { StationError } from '#contract/error.ts';
import { type Execution, plainExecution } from '#contract/execution.ts';
import type { Clock } from './base/clock.ts';
import type { Logger } from './base/log.ts';
import type { WaitingFrame } from './inference/batcher.ts';
import { createDispatcher } from './inference/dispatcher.ts';
import {
  type BatchResult,
  type BrokenWay,
  type CameraSlots,
  type FailoverModel,
  type Standing,
  trusted,
} from './inference/inference-protocol.ts';
import { createInferenceThread, type InferenceThread } from './inference/inference-thread.ts';
import { maxBatchSize as mostInRun } from './inference/work.ts';
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
  /** The version is trusted no more, or again, or another can stand in for it. */
  readonly onStanding: () => void;
  /** Another provider than the chosen one computes it, or the chosen one again. */
  readonly onBroken: (broken: BrokenWay | null) => void;
  /** No thread is left and none can be started */
  readonly onDead: (error: StationError) => void;
}

/** What the threads of a version know of the cameras of its worker. */
export interface KnownCameras {
  readonly slots: Iterable<CameraSlots>;
  /** Who counts for a camera while the version fails, best first */
  readonly lines: Iterable<readonly [cameraId: string, line: readonly FailoverModel[]]>;
}

export interface ModelThreads {
  readonly model: WorkerModel;
  /**
   * Resolves when all threads have loaded and warmed it. Rejects with MODEL_*, and nothing is left of it. With `mayStandIn`
   * it resolves also when it cannot be loaded now: others count until it can.
   */
  load(cameras: KnownCameras, mayStandIn: boolean): Promise<void>;
  wake(): void;
  setSlots(slots: CameraSlots): void;
  /** Who counts for a camera while the version fails, best first. */
  setLine(cameraId: string, line: readonly FailoverModel[]): void;
  /** Whether the version is trusted; that of a thread which does not trust it where they differ. */
  standing(): Standing;
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
  const executions = model.executions ?? [plainExecution];
  let threads: InferenceThread[] = [];
  let batchSize = 1;
  let largestBatch = 1;
  let restarts = 0;
  let isClosing = false;
  const started = new Map<readonly T[], number>();
  const slots = new Map<string, CameraSlots>();
  const lines = new Map<string, readonly FailoverModel[]>();
  const standings = new Map<InferenceThread, Standing>();

  const limits = () => ({ maxBatchSize: batchSize, maxQueueDelayMs, largestBatch });
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

  function start(mayStandIn = false): InferenceThread {
    const thread = createInferenceThread({
      entry: options.entry,
      model,
      mayStandIn,
      onStanding(standing) {
        standings.set(thread, standing);
        options.onStanding();
      },
      onBroken: (broken) => options.onBroken(broken),
      executions: [...executions],
    });
    return thread;
  }

  function tellCameras(thread: InferenceThread): void {
    for (const camera of slots.values()) thread.setSlots(camera);
    for (const [cameraId, line] of lines) thread.setLine(cameraId, line);
  }

  /** A thread that ends by itself is replaced; its batch has failed and was reported. */
  function guard(thread: InferenceThread): void {
    void thread.ended.then(async (reason) => {
      if (reason === null || isClosing) return;
      log.warn('inference thread ended', { code: reason.code, reason: reason.message });
      threads = threads.filter((other) => other !== thread);
      standings.delete(thread);
      dispatcher.setThreads(threads, limits());
      if (++restarts > maxThreadRestarts) {
        if (threads.length === 0) options.onDead(reason);
        return;
      }
      const next = start();
      tellCameras(next);
      try {
        await next.ready;
        threads = [...threads, next];
        dispatcher.setThreads(threads, limits());
        guard(next);
      } catch (error) {
        if (threads.length === 0) options.onDead(StationError.from(error, 'MODEL_002'));
      }
    });
  }

  return {
    model,
    async load(cameras, mayStandIn) {
      for (const camera of cameras.slots) slots.set(camera.cameraId, camera);
      for (const [cameraId, line] of cameras.lines) lines.set(cameraId, line);
      const count = threadsOf(executions[0] ?? plainExecution, options.threads);
      threads = Array.from({ length: count }, () => start(mayStandIn));
      // A stand-in may be needed to become ready at all.
      for (const thread of threads) tellCameras(thread);
      try {
        const ready = await Promise.all(threads.map((thread) => thread.ready));
        // On CPU a batch takes as long as its frames one by one: only a model that insists on more, or a card, gets more.
        const usual = executions[0]?.batch ?? 1;
        batchSize = Math.max(1, ...ready.map((answer) => answer.batchSize ?? usual));
        largestBatch = Math.max(...ready.map((answer) => answer.batchSize ?? mostInRun));
      } catch (error) {
        isClosing = true;
        await Promise.all(threads.map((thread) => thread.close()));
        throw StationError.from(error, 'MODEL_002');
      }
      // Told only now: cameras may have come, or changed, while it was loading.
      for (const thread of threads) {
        tellCameras(thread);
        guard(thread);
      }
      dispatcher.setThreads(threads, limits());
      options.onStanding();
    },
    wake: () => dispatcher.wake(),
    setSlots(camera) {
      slots.set(camera.cameraId, camera);
      for (const thread of threads) thread.setSlots(camera);
    },
    setLine(cameraId, line) {
      lines.set(cameraId, line);
      for (const thread of threads) thread.setLine(cameraId, line);
    },
    standing() {
      const known = threads.flatMap((thread) => standings.get(thread) ?? []);
      return known.find(({ reason }) => reason !== null) ?? known[0] ?? trusted;
    },
    forget(cameraId) {
      lines.delete(cameraId);
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

/** Sessions of a version: a run on several threads takes the place of several, and a card is best served by one. */
function threadsOf({ provider, intraOpThreads }: Execution, most: number): number {
  return provider === 'cpu' ? Math.max(1, Math.floor(most / intraOpThreads)) : 1;
}
