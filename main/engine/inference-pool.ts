/**
 * The inference threads of one worker: starts them, brings frames to them, changes the model between two frames.
 */
import { StationError } from '#contract/error.ts';
import type { Clock } from './base/clock.ts';
import type { Logger } from './base/log.ts';
import { createDispatcher } from './inference/dispatcher.ts';
import type {
  BatchResult,
  CameraSlots,
  FailoverModel,
  Standing,
} from './inference/inference-protocol.ts';
import { createInferenceThread, type InferenceThread } from './inference/inference-thread.ts';
import type { WaitingFrame } from './inference/batcher.ts';
import type { WorkerModel } from './worker-protocol.ts';

/** Live frames wait at most this long for a fuller batch (SERVING.md). */
const maxQueueDelayMs = 2;
/** A thread that ended is started again this often within this time before the worker gives up. */
const maxThreadRestarts = 5;

export interface InferencePoolOptions<T extends WaitingFrame> {
  readonly entry: string;
  readonly threads: number;
  readonly clock: Clock;
  readonly log: Logger;
  readonly waiting: () => readonly T[];
  readonly cameras: () => number;
  readonly onStart: (batch: readonly T[]) => void;
  readonly onDone: (batch: readonly T[], result: BatchResult, model: WorkerModel) => void;
  readonly onFailed: (batch: readonly T[], error: StationError) => void;
  /** The model is trusted no more, or again, or another can stand in for it. */
  readonly onStanding: () => void;
  /** No thread is left and none can be started: the worker must end */
  readonly onDead: (error: StationError) => void;
}

export interface InferencePool {
  wake(): void;
  setSlots(slots: CameraSlots): void;
  forget(cameraId: string): void;
  /** Who counts for a camera while the model fails, best first. */
  setLine(cameraId: string, line: readonly FailoverModel[]): void;
  /**
   * Loads and warms the model in new threads, then changes between two frames. Rejects with MODEL_*; the old one stays. With
   * `mayStandIn` others count until it can be loaded.
   */
  useModel(model: WorkerModel | null, mayStandIn?: boolean): Promise<void>;
  /** Whether the model is trusted; that of a thread which does not trust it where they differ. */
  standing(): Standing;
  model(): WorkerModel | null;
  /** Share of the threads' time that was spent in runs since the last question, 0…1. */
  busyShare(): number;
  close(): Promise<void>;
}

export function createInferencePool<T extends WaitingFrame>(
  options: InferencePoolOptions<T>,
): InferencePool {
  const { clock, log } = options;
  const slots = new Map<string, CameraSlots>();
  const lines = new Map<string, readonly FailoverModel[]>();
  const standings = new Map<InferenceThread, Standing>();
  let threads: InferenceThread[] = [];
  let model: WorkerModel | null = null;
  let batchSize = 1;
  let restarts = 0;
  let busyMs = 0;
  let askedMs = clock.monotonicMs();
  let isClosed = false;
  // Which model a batch in flight was given to: a swap must not change it under way.
  const modelOf = new WeakMap<readonly T[], WorkerModel>();

  const limits = () => ({ maxBatchSize: batchSize, maxQueueDelayMs });
  const dispatcher = createDispatcher<T>({
    threads,
    limits: limits(),
    clock,
    waiting: options.waiting,
    cameras: options.cameras,
    onStart(batch) {
      if (model) modelOf.set(batch, model);
      options.onStart(batch);
    },
    onDone(batch, result) {
      busyMs += result.preprocessMs + result.inferMs + result.postprocessMs;
      const used = modelOf.get(batch);
      if (used) options.onDone(batch, result, used);
    },
    onFailed: options.onFailed,
  });

  function start(next: WorkerModel, mayStandIn = false): InferenceThread {
    const thread = createInferenceThread({
      entry: options.entry,
      model: next,
      mayStandIn,
      onStanding(standing) {
        standings.set(thread, standing);
        options.onStanding();
      },
      provider: 'cpu',
      intraOpThreads: 1,
    });
    for (const camera of slots.values()) thread.setSlots(camera);
    for (const [cameraId, line] of lines) thread.setLine(cameraId, line);
    return thread;
  }

  async function startAll(next: WorkerModel, mayStandIn: boolean): Promise<InferenceThread[]> {
    const started = Array.from({ length: options.threads }, () => start(next, mayStandIn));
    try {
      const ready = await Promise.all(started.map((thread) => thread.ready));
      // On CPU a batch takes as long as its frames one by one; only a model that insists on more gets more.
      batchSize = Math.max(1, ...ready.map((answer) => answer.batchSize ?? 1));
      return started;
    } catch (error) {
      await Promise.all(started.map((thread) => thread.close()));
      throw StationError.from(error, 'MODEL_002');
    }
  }

  /** A thread that ends by itself is replaced; its batch has failed and was reported. */
  function guard(thread: InferenceThread, of: WorkerModel): void {
    void thread.ended.then(async (reason) => {
      if (reason === null || isClosed || model !== of) return;
      log.warn('inference thread ended', { code: reason.code, reason: reason.message });
      threads = threads.filter((other) => other !== thread);
      standings.delete(thread);
      dispatcher.setThreads(threads, limits());
      if (++restarts > maxThreadRestarts) {
        if (threads.length === 0) options.onDead(reason);
        return;
      }
      const next = start(of);
      try {
        await next.ready;
        threads = [...threads, next];
        dispatcher.setThreads(threads, limits());
        guard(next, of);
      } catch (error) {
        if (threads.length === 0) options.onDead(StationError.from(error, 'MODEL_002'));
      }
    });
  }

  return {
    wake: () => dispatcher.wake(),
    setSlots(camera) {
      slots.set(camera.cameraId, camera);
      for (const thread of threads) thread.setSlots(camera);
    },
    setLine(cameraId, line) {
      lines.set(cameraId, line);
      for (const thread of threads) thread.setLine(cameraId, line);
    },
    forget(cameraId) {
      lines.delete(cameraId);
      slots.delete(cameraId);
      for (const thread of threads) thread.forget(cameraId);
    },
    async useModel(next, mayStandIn = false) {
      const started = next === null ? [] : await startAll(next, mayStandIn);
      // Cameras may have come while the model was loading.
      for (const thread of started) {
        for (const camera of slots.values()) thread.setSlots(camera);
        for (const [cameraId, line] of lines) thread.setLine(cameraId, line);
      }
      const old = threads;
      for (const thread of old) standings.delete(thread);
      threads = started;
      model = next;
      restarts = 0;
      dispatcher.setThreads(threads, limits());
      options.onStanding();
      if (next) for (const thread of started) guard(thread, next);
      await Promise.all(old.map((thread) => thread.close()));
    },
    model: () => model,
    standing() {
      const known = threads.flatMap((thread) => standings.get(thread) ?? []);
      return known.find(({ reason }) => reason !== null) ?? known[0] ?? trusted;
    },
    busyShare() {
      const nowMs = clock.monotonicMs();
      const spanMs = (nowMs - askedMs) * Math.max(1, threads.length);
      const share = spanMs > 0 ? Math.min(1, busyMs / spanMs) : 0;
      busyMs = 0;
      askedMs = nowMs;
      return share;
    },
    async close() {
      isClosed = true;
      await dispatcher.close();
      await Promise.all(threads.map((thread) => thread.close()));
    },
  };
}

const trusted: Standing = { state: 'closed', reason: null, retryInMs: null, usable: [] };
