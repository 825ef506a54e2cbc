/**
 * The model versions that one worker has loaded: each as long as a camera uses it, all of them on the same share of the
 * processor.
 */
import { StationError } from '#contract/error.ts';
import { assert } from './base/assert.ts';
import type { Clock } from './base/clock.ts';
import type { Logger } from './base/log.ts';
import type { WaitingFrame } from './inference/batcher.ts';
import {
  type BatchResult,
  type BrokenWay,
  type CameraSlots,
  type FailoverModel,
  type Standing,
  trusted,
} from './inference/inference-protocol.ts';
import { createModelThreads, type ModelThreads } from './model-threads.ts';
import type { WorkerModel } from './worker-protocol.ts';

export interface InferencePoolOptions<T extends WaitingFrame> {
  readonly entry: string;
  /** Runs at the same time, and inference threads of each version */
  readonly threads: number;
  readonly clock: Clock;
  readonly log: Logger;
  /** The frames that wait for this version */
  readonly waiting: (digest: string) => readonly T[];
  readonly cameras: (digest: string) => number;
  readonly onStart: (batch: readonly T[]) => void;
  readonly onDone: (batch: readonly T[], result: BatchResult, model: WorkerModel) => void;
  readonly onFailed: (batch: readonly T[], error: StationError, model: WorkerModel) => void;
  /** A version is trusted no more, or again, or another can stand in for it. */
  readonly onStanding: () => void;
  /** Another provider than the chosen one computes a version; null: the chosen one again */
  readonly onBroken: (digest: string, broken: BrokenWay | null) => void;
  /** A version has no thread left and none can be started: the worker must end */
  readonly onDead: (error: StationError) => void;
}

export interface InferencePool {
  wake(): void;
  setSlots(slots: CameraSlots): void;
  forget(cameraId: string): void;
  /** Who counts for a camera while its version fails, best first. */
  setLine(cameraId: string, line: readonly FailoverModel[]): void;
  /** Whether a version is trusted. */
  standing(digest: string): Standing;
  /**
   * Loads and warms a version in new threads, or counts one user more of a loaded one. Rejects with MODEL_*; with
   * `mayStandIn` not when it can only not be loaded now.
   */
  hold(model: WorkerModel, mayStandIn?: boolean): Promise<void>;
  /** One user less; the threads of a version without users end when their runs have settled. */
  drop(model: WorkerModel): void;
  isLoaded(digest: string): boolean;
  /** Share of the threads' time that was spent in runs since the last question, 0…1. */
  busyShare(): number;
  /** For how long the oldest run in flight has been running, ms; 0 when none is */
  oldestRunMs(): number;
  close(): Promise<void>;
}

interface Held {
  readonly model: WorkerModel;
  readonly threads: ModelThreads;
  readonly loaded: Promise<void>;
  isLoaded: boolean;
  users: number;
}

export function createInferencePool<T extends WaitingFrame>(
  options: InferencePoolOptions<T>,
): InferencePool {
  const { clock, log } = options;
  const slots = new Map<string, CameraSlots>();
  const lines = new Map<string, readonly FailoverModel[]>();
  /** By version and by how it computes: one that is tuned anew is loaded beside what computes until then */
  const versions = new Map<string, Held>();
  const closing = new Set<Promise<void>>();
  let running = 0;
  let busyMs = 0;
  let askedMs = clock.monotonicMs();

  /** The other versions first, so that none of them takes every place that becomes free. */
  function settled(model: WorkerModel): void {
    running -= coresOf(model);
    for (const held of versions.values()) if (held.model !== model) held.threads.wake();
  }

  function create(model: WorkerModel): ModelThreads {
    return createModelThreads<T>({
      model,
      entry: options.entry,
      threads: options.threads,
      clock,
      log,
      waiting: () => options.waiting(model.digest),
      cameras: () => options.cameras(model.digest),
      room: () => Math.ceil((options.threads - running) / coresOf(model)),
      onStart(batch) {
        running += coresOf(model);
        options.onStart(batch);
      },
      onDone(batch, result) {
        const tookMs = result.preprocessMs + result.inferMs + result.postprocessMs;
        busyMs += tookMs * coresOf(model);
        options.onDone(batch, result, model);
        settled(model);
      },
      onFailed(batch, error) {
        options.onFailed(batch, error, model);
        settled(model);
      },
      onStanding: options.onStanding,
      onBroken: (broken) => options.onBroken(model.digest, broken),
      onDead: options.onDead,
    });
  }

  function load(model: WorkerModel, mayStandIn: boolean): Held {
    const threads = create(model);
    const loaded = threads.load({ slots: slots.values(), lines }, mayStandIn);
    const held: Held = { model, threads, loaded, isLoaded: false, users: 0 };
    versions.set(keyOf(model), held);
    return held;
  }

  /** The newest of those that are loaded, where a version computes in two ways for a moment. */
  function current(digest: string): Held | undefined {
    const same = [...versions.values()].filter(({ model }) => model.digest === digest);
    return same.findLast(({ isLoaded }) => isLoaded) ?? same.at(-1);
  }

  return {
    wake() {
      for (const { threads } of versions.values()) threads.wake();
    },
    setSlots(camera) {
      slots.set(camera.cameraId, camera);
      for (const { threads } of versions.values()) threads.setSlots(camera);
    },
    setLine(cameraId, line) {
      lines.set(cameraId, line);
      for (const { threads } of versions.values()) threads.setLine(cameraId, line);
    },
    standing: (digest) => current(digest)?.threads.standing() ?? trusted,
    forget(cameraId) {
      lines.delete(cameraId);
      slots.delete(cameraId);
      for (const { threads } of versions.values()) threads.forget(cameraId);
    },
    async hold(model, mayStandIn = false) {
      const held = versions.get(keyOf(model)) ?? load(model, mayStandIn);
      held.users++;
      try {
        await held.loaded;
        held.isLoaded = true;
      } catch (error) {
        if (versions.get(keyOf(model)) === held) versions.delete(keyOf(model));
        throw StationError.from(error, 'MODEL_002');
      }
    },
    drop(model) {
      const held = versions.get(keyOf(model));
      assert(held !== undefined && held.users > 0, 'a version is dropped that nobody holds');
      if (--held.users > 0) return;
      versions.delete(keyOf(model));
      const closed = held.threads.close().finally(() => closing.delete(closed));
      closing.add(closed);
    },
    isLoaded: (digest) => current(digest)?.isLoaded ?? false,
    busyShare() {
      const nowMs = clock.monotonicMs();
      const spanMs = (nowMs - askedMs) * options.threads;
      const share = spanMs > 0 ? Math.min(1, busyMs / spanMs) : 0;
      busyMs = 0;
      askedMs = nowMs;
      return share;
    },
    oldestRunMs: () =>
      Math.max(0, ...[...versions.values()].map(({ threads }) => threads.oldestRunMs())),
    async close() {
      await Promise.all([
        ...[...versions.values()].map(({ threads }) => threads.close()),
        ...closing,
      ]);
    },
  };
}

function keyOf({ digest, executions = [] }: WorkerModel): string {
  return JSON.stringify([digest, executions]);
}

/** Cores that a run takes. */
function coresOf({ executions: [first] = [] }: WorkerModel): number {
  return first?.provider === 'cpu' ? first.intraOpThreads : 1;
}
