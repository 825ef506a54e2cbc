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
  drop(digest: string): void;
  isLoaded(digest: string): boolean;
  /** Share of the threads' time that was spent in runs since the last question, 0…1. */
  busyShare(): number;
  /** For how long the oldest run in flight has been running, ms; 0 when none is */
  oldestRunMs(): number;
  close(): Promise<void>;
}

interface Held {
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
  const versions = new Map<string, Held>();
  const closing = new Set<Promise<void>>();
  let running = 0;
  let busyMs = 0;
  let askedMs = clock.monotonicMs();

  /** The other versions first, so that none of them takes every place that becomes free. */
  function settled(model: WorkerModel): void {
    running--;
    for (const [digest, { threads }] of versions) if (digest !== model.digest) threads.wake();
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
      room: () => options.threads - running,
      onStart(batch) {
        running++;
        options.onStart(batch);
      },
      onDone(batch, result) {
        busyMs += result.preprocessMs + result.inferMs + result.postprocessMs;
        options.onDone(batch, result, model);
        settled(model);
      },
      onFailed(batch, error) {
        options.onFailed(batch, error, model);
        settled(model);
      },
      onStanding: options.onStanding,
      onDead: options.onDead,
    });
  }

  function load(model: WorkerModel, mayStandIn: boolean): Held {
    const threads = create(model);
    const loaded = threads.load({ slots: slots.values(), lines }, mayStandIn);
    const held: Held = { threads, loaded, isLoaded: false, users: 0 };
    versions.set(model.digest, held);
    return held;
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
    standing: (digest) => versions.get(digest)?.threads.standing() ?? trusted,
    forget(cameraId) {
      lines.delete(cameraId);
      slots.delete(cameraId);
      for (const { threads } of versions.values()) threads.forget(cameraId);
    },
    async hold(model, mayStandIn = false) {
      const held = versions.get(model.digest) ?? load(model, mayStandIn);
      held.users++;
      try {
        await held.loaded;
        held.isLoaded = true;
      } catch (error) {
        if (versions.get(model.digest) === held) versions.delete(model.digest);
        throw StationError.from(error, 'MODEL_002');
      }
    },
    drop(digest) {
      const held = versions.get(digest);
      assert(held !== undefined && held.users > 0, 'a version is dropped that nobody holds');
      if (--held.users > 0) return;
      versions.delete(digest);
      const closed = held.threads.close().finally(() => closing.delete(closed));
      closing.add(closed);
    },
    isLoaded: (digest) => versions.get(digest)?.isLoaded ?? false,
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
