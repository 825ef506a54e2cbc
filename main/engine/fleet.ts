/**
 * The worker processes and which camera is where. One primitive does recovery, balancing and restart: move a camera.
 */
import type { CameraId, CameraSettings } from '#contract/camera.ts';
import type { Checkpoint } from '#contract/counting.ts';
import { StationError } from '#contract/error.ts';
import { assert } from './base/assert.ts';
import { createRestartBudget } from './base/backoff.ts';
import { machineStrain } from './base/machine-strain.ts';
import type { Keeping } from './capture/capture.ts';
import type { CountingPlan } from './counting-plan.ts';
import type { PreviewWish } from './preview-hub.ts';
import {
  restartsSwitchedOff,
  restartsUsedUp,
  startWorker,
  type WorkerDeps,
  type WorkerHandle,
} from './worker-handle.ts';
import type { ShadowTarget } from './shadow-protocol.ts';
import { type ModelPlan, noModels, onlyModel } from './model-plan.ts';
import type {
  Assignment,
  FromWorker,
  WorkerModel,
  WorkerReport,
  WorkerSettings,
} from './worker-protocol.ts';

/** A worker may end this often within this time before it is given up (SERVING.md). */
export const workerRestarts = { count: 5, windowMs: 60_000 };
/**
 * A run that takes longer, and so many times longer than usual, never ends (SERVING.md). A new model that is watched is taken back
 * after half of it.
 */
const wedgedRun = { leastMs: 10_000, factor: 10 };
const camerasPerWorker = 8;
const threadSurplus = 1.5;
const closeGraceMs = 3_000;
/** Loading and warming a model (S3) */
const swapLimitMs = 30_000;

/** What the fleet needs to know of a camera to place it. */
export interface FleetCamera {
  readonly camera: CameraSettings;
  readonly plan: CountingPlan;
  readonly epoch: number;
  readonly checkpoint: Checkpoint | null;
  readonly isReplay: boolean;
  /** Set for a file that is played once into the ledger; `checkpoint` is then one of this play */
  readonly play: Assignment['play'];
  readonly wantsFrames: boolean;
  readonly keeping: Keeping;
  readonly failover: Assignment['failover'];
  readonly tracking?: Assignment['tracking'];
  readonly eachNth?: Assignment['eachNth'];
  readonly batch?: Assignment['batch'];
}

export interface FleetOptions {
  /** Settings all workers share */
  readonly settings: Omit<WorkerSettings, 'workerId' | 'threads' | 'models'>;
  /** Worker processes; 0 means one per eight cameras, and two from two cameras on */
  readonly workers: number;
  /** Inference threads of each; 0 means the cores shared among the workers, half as many again */
  readonly threads: number;
  readonly cores: number;
  /** Whether a worker that ended is started again; yes when left out */
  readonly mayRestart?: () => boolean;
}

/** What became of a worker. */
export type WorkerChange =
  | { readonly workerId: string; readonly state: 'ready' }
  | {
      readonly workerId: string;
      readonly state: 'ended';
      readonly cause: string;
      /** The cameras that it had */
      readonly cameras: readonly CameraId[];
      /** Whether it is started again, its budget is used up, or that is switched off */
      readonly next: 'restart' | 'given-up' | 'off';
      /** Workers that have room for its cameras now */
      readonly movedTo: readonly string[];
    };

export interface FleetEvents {
  /** A message of the worker that has the camera now; those of former workers are left out. */
  onMessage(message: FromWorker): void;
  /** The camera is not observed from now on; the newest checkpoint is needed to go on. */
  onLost(cameraId: CameraId, cause: string): void;
  /** The camera was given to a worker. */
  onPlaced(cameraId: CameraId, workerId: string): void;
  onTrouble(error: Error): void;
  /** A worker ended or is up again; needed by those who write down incidents */
  onWorker?(change: WorkerChange): void;
  /** Another provider than the chosen one computes a model in a worker; needed by those who tell people */
  onExecution?(workerId: string, message: Extract<FromWorker, { kind: 'execution' }>): void;
  /** What a worker has done in the last second; needed by those who keep figures */
  onReport?(workerId: string, report: WorkerReport): void;
}

export interface Fleet {
  /** Places a camera, or replaces its settings. */
  place(camera: FleetCamera): void;
  /** Takes a camera away; resolves when its worker has let it go. */
  remove(cameraId: CameraId): Promise<void>;
  setPlan(cameraId: CameraId, plan: CountingPlan): void;
  /** Who counts on a camera while the champion fails, best first. */
  setFailover(cameraId: CameraId, line: Assignment['failover']): void;
  /** The newest checkpoint, with which the camera goes on after a move. */
  remember(checkpoint: Checkpoint): void;
  watch(cameraId: CameraId, wish: PreviewWish | null): void;
  /** Records a camera to this place from now on; null ends it. */
  record(cameraId: CameraId, target: Keeping['recording']): void;
  /** Looks at no further frame of a replay until it may go on. */
  hold(cameraId: CameraId, isHeld: boolean): void;
  /** Shows the frames of a camera to a challenger from now on; null ends it. */
  shadow(cameraId: CameraId, target: ShadowTarget | null): void;
  /** All cameras count with this model from now on; see `useModels`. */
  useModel(model: WorkerModel | null): Promise<void>;
  /**
   * The cameras count with these models from now on. Rejects, and all keep the old ones, when a worker cannot load one; a
   * worker that does not load it in time is ended, because nothing else ends a wedged run.
   */
  useModels(models: ModelPlan): Promise<void>;
  /** Ends a worker at once; its cameras go on in another, from their last checkpoints. */
  endWorker(workerId: string): void;
  /** Asks a worker to end between two frames; it is started again and its cameras go on from there. */
  restartWorker(workerId: string): Promise<void>;
  workerOf(cameraId: CameraId): string | null;
  /** Execution providers that the workers found. */
  providers(): readonly string[];
  workers(): readonly FleetWorker[];
  close(): Promise<void>;
}

/** A worker as it is now. */
export interface FleetWorker {
  readonly handle: WorkerHandle;
  readonly restarts: number;
  /** Its restarts are used up */
  readonly isGivenUp: boolean;
  readonly cameras: CameraId[];
}

interface Placed {
  spec: FleetCamera;
  generation: number;
  workerId: string | null;
  wish: PreviewWish | null;
  isHeld: boolean;
  shadow: ShadowTarget | null;
  onReleased: (() => void) | null;
}

interface Member {
  handle: WorkerHandle;
  restarts: number;
  readonly budget: ReturnType<typeof createRestartBudget>;
  isGivenUp: boolean;
}

/** Starts no process before the first camera is placed. */
export function createFleet(options: FleetOptions, events: FleetEvents, deps: WorkerDeps): Fleet {
  const cameras = new Map<CameraId, Placed>();
  const members = new Map<string, Member>();
  let models: ModelPlan = noModels;
  let isClosed = false;
  let generations = 0;
  let swapIds = 0;
  const swaps = new Map<number, (error: StationError | null) => void>();
  /** The newest swap of each worker that has not answered yet */
  const swapOf = new Map<string, number>();

  /** Two as soon as there are two cameras, so that the cameras of a dead worker find another one running. */
  function wantedWorkers(): number {
    if (options.workers > 0) return options.workers;
    return Math.max(Math.min(cameras.size, 2), Math.ceil(cameras.size / camerasPerWorker));
  }

  /**
   * The cores shared among the workers, half as many again: frames of one worker must not wait while a core is idle because
   * the other worker has none. The first worker leaves room for the second.
   */
  function threadsFor(): number {
    if (options.threads > 0) return options.threads;
    const sharers = options.workers > 0 ? options.workers : Math.max(2, wantedWorkers());
    return Math.min(options.cores, Math.ceil((threadSurplus * options.cores) / sharers));
  }

  /** The main thread of a worker answers while a run in one of its threads never ends; only its end ends that. */
  function endWedged(handle: WorkerHandle, { oldestRunMs, timings }: WorkerReport): void {
    const usualMs = Math.max(wedgedRun.leastMs, wedgedRun.factor * timings.infer.p95Ms);
    const limitMs = usualMs * (deps.strain ?? machineStrain)();
    if (oldestRunMs <= limitMs || swapOf.has(handle.id)) return;
    handle.kill(`a run of the network did not end within ${String(Math.round(oldestRunMs))} ms`);
  }

  function start(id: string): WorkerHandle {
    const given = models;
    const handle = startWorker(
      { ...options.settings, workerId: id, threads: threadsFor(), models },
      {
        onReady: () => {
          if (models !== given) void swap(handle, models);
          events.onWorker?.({ workerId: id, state: 'ready' });
          settle();
          balance();
        },
        onReport(report) {
          endWedged(handle, report);
          events.onReport?.(id, report);
        },
        onMessage: (message) => receive(id, message),
        onEnded: (cause) => lose(id, cause),
      },
      deps,
    );
    return handle;
  }

  /** Enough workers, and every camera at one that is ready. */
  function settle(): void {
    if (isClosed) return;
    for (let number = 1; cameras.size > 0 && number <= wantedWorkers(); number++) {
      const id = `w${String(number)}`;
      if (members.has(id)) continue;
      const budget = createRestartBudget(workerRestarts.count, workerRestarts.windowMs);
      members.set(id, { handle: start(id), restarts: 0, budget, isGivenUp: false });
    }
    for (const placed of cameras.values()) {
      if (placed.workerId !== null) continue;
      const member = leastLoaded();
      if (member) assign(placed, member.handle);
    }
  }

  /** A worker that has come back empty takes cameras from the fullest; each moves with its last checkpoint. */
  function balance(): void {
    const [least, most] = [leastLoaded(), byLoad().at(-1)];
    if (!least || !most) return;
    const surplus = camerasOf(most.handle.id);
    const moves = Math.floor((surplus.length - camerasOf(least.handle.id).length) / 2);
    for (const cameraId of surplus.slice(0, moves)) {
      const placed = cameras.get(cameraId);
      if (!placed || placed.onReleased) continue;
      deps.log.info('camera moves to balance', { cameraId, to: least.handle.id });
      void release(placed).then(() => settle());
    }
  }

  function leastLoaded(): Member | null {
    return byLoad()[0] ?? null;
  }

  function byLoad(): Member[] {
    return [...members.values()]
      .filter(({ handle }) => handle.state() === 'ready')
      .sort((a, b) => camerasOf(a.handle.id).length - camerasOf(b.handle.id).length);
  }

  function camerasOf(workerId: string): CameraId[] {
    return [...cameras].filter(([, placed]) => placed.workerId === workerId).map(([id]) => id);
  }

  function assign(placed: Placed, handle: WorkerHandle): void {
    placed.workerId = handle.id;
    placed.generation = ++generations;
    const { camera, plan, epoch, checkpoint, isReplay, play, wantsFrames } = placed.spec;
    const { keeping, failover, tracking, eachNth, batch } = placed.spec;
    handle.post({
      kind: 'assign',
      assignment: {
        camera,
        generation: placed.generation,
        plan,
        epoch,
        checkpoint,
        isReplay,
        play,
        wantsFrames,
        keeping,
        failover,
        ...(tracking && { tracking }),
        ...(eachNth !== undefined && { eachNth }),
        ...(batch !== undefined && { batch }),
      },
    });
    if (placed.wish) handle.post({ kind: 'watch', cameraId: camera.id, request: placed.wish });
    if (placed.isHeld) handle.post({ kind: 'hold', cameraId: camera.id, isHeld: true });
    if (placed.shadow) handle.post({ kind: 'shadow', cameraId: camera.id, target: placed.shadow });
    events.onPlaced(camera.id, handle.id);
  }

  /** Changes the models of one worker; the error tells why it still counts with the old ones. */
  function swap(handle: WorkerHandle, next: ModelPlan): Promise<StationError | null> {
    const swapId = ++swapIds;
    return new Promise((resolve) => {
      const late = setTimeout(() => {
        swaps.delete(swapId);
        handle.kill();
        resolve(
          new StationError(
            'INF_002',
            `The model was not ready within ${String(swapLimitMs / 1000)} s in worker ${handle.id}. Use a smaller model, or try again when this PC has less to do.`,
          ),
        );
      }, swapLimitMs);
      swaps.set(swapId, (error) => {
        clearTimeout(late);
        swaps.delete(swapId);
        if (swapOf.get(handle.id) === swapId) swapOf.delete(handle.id);
        resolve(error);
      });
      swapOf.set(handle.id, swapId);
      handle.post({ kind: 'use-models', swapId, models: next });
    });
  }

  async function useModels(next: ModelPlan): Promise<void> {
    const former = models;
    models = next;
    const ready = [...members.values()]
      .map(({ handle }) => handle)
      .filter((handle) => handle.state() === 'ready');
    const errors = await Promise.all(ready.map((handle) => swap(handle, next)));
    const error = errors.find((each) => each !== null);
    if (!error) return;
    models = former;
    // Those that took it, and those that began meanwhile, go back.
    const others = [...members.values()].filter(({ handle }) => handle.state() === 'ready');
    await Promise.all(others.map(({ handle }) => swap(handle, former)));
    throw error;
  }

  function receive(workerId: string, message: FromWorker): void {
    if (message.kind === 'swapped') {
      const { error } = message;
      swaps.get(message.swapId)?.(error === null ? null : StationError.fromBody(error));
      return;
    }
    if (message.kind === 'execution') {
      events.onExecution?.(workerId, message);
      return;
    }
    if (!('cameraId' in message)) {
      if (message.kind === 'failed') {
        events.onTrouble(new Error(`${message.error.code}: ${message.error.message}`));
      }
      return;
    }
    const placed = cameras.get(message.cameraId);
    if (placed?.generation !== message.generation) return;
    if (message.kind === 'released') {
      placed.onReleased?.();
      return;
    }
    events.onMessage(message);
  }

  function lose(workerId: string, cause: string): void {
    const member = members.get(workerId);
    assert(member !== undefined, `unknown worker ${workerId}`);
    deps.log[isClosed ? 'debug' : 'warn']('worker ended', { workerId, cause });
    const swap = swapOf.get(workerId);
    if (swap !== undefined) {
      const text = 'A worker ended while it loaded the model: its log says why.';
      swaps.get(swap)?.(new StationError('MODEL_002', text));
    }
    const lost = camerasOf(workerId);
    for (const cameraId of lost) {
      const placed = cameras.get(cameraId);
      if (!placed) continue;
      placed.workerId = null;
      placed.onReleased?.();
      if (!isClosed) events.onLost(cameraId, cause);
    }
    if (isClosed || members.get(workerId)?.handle.state() !== 'ended') return;
    const mayRestart = options.mayRestart?.() ?? true;
    const next = !mayRestart
      ? 'off'
      : member.budget.take(deps.clock.monotonicMs())
        ? 'restart'
        : 'given-up';
    const movedTo = byLoad().map(({ handle }) => handle.id);
    events.onWorker?.({ workerId, state: 'ended', cause, cameras: lost, next, movedTo });
    if (next === 'restart') {
      member.restarts++;
      member.handle = start(workerId);
    } else if (!member.isGivenUp) {
      member.isGivenUp = true;
      events.onTrouble(next === 'off' ? restartsSwitchedOff(workerId) : restartsUsedUp(workerId));
    }
    settle();
  }

  function release(placed: Placed): Promise<void> {
    const member = placed.workerId === null ? null : members.get(placed.workerId);
    if (!member) return Promise.resolve();
    return new Promise((resolve) => {
      const late = setTimeout(done, closeGraceMs);
      function done(): void {
        clearTimeout(late);
        placed.onReleased = null;
        placed.workerId = null;
        resolve();
      }
      placed.onReleased = done;
      member.handle.post({
        kind: 'release',
        cameraId: placed.spec.camera.id,
        generation: placed.generation,
      });
    });
  }

  return {
    place(spec) {
      const before = cameras.get(spec.camera.id);
      if (!before) {
        const placed = {
          ...{
            spec,
            generation: 0,
            workerId: null,
            wish: null,
            isHeld: false,
            shadow: null,
            onReleased: null,
          },
        };
        cameras.set(spec.camera.id, placed);
        settle();
        return;
      }
      before.spec = spec;
      void release(before).then(() => settle());
    },
    async remove(cameraId) {
      const placed = cameras.get(cameraId);
      if (!placed) return;
      await release(placed);
      cameras.delete(cameraId);
    },
    setPlan(cameraId, plan) {
      const placed = cameras.get(cameraId);
      if (!placed) return;
      placed.spec = { ...placed.spec, plan };
      const member = placed.workerId === null ? null : members.get(placed.workerId);
      member?.handle.post({ kind: 'plan', cameraId, plan });
    },
    setFailover(cameraId, line) {
      const placed = cameras.get(cameraId);
      if (!placed) return;
      placed.spec = { ...placed.spec, failover: line };
      const member = placed.workerId === null ? null : members.get(placed.workerId);
      member?.handle.post({ kind: 'failover', cameraId, line });
    },
    remember(checkpoint) {
      const placed = cameras.get(checkpoint.cameraId);
      // The last word of a former play says nothing about where this one goes on.
      const isForeign = placed?.spec.play && placed.spec.epoch !== checkpoint.epoch;
      if (placed && !isForeign) placed.spec = { ...placed.spec, checkpoint };
    },
    watch(cameraId, wish) {
      const placed = cameras.get(cameraId);
      if (!placed) return;
      placed.wish = wish;
      const member = placed.workerId === null ? null : members.get(placed.workerId);
      member?.handle.post({ kind: 'watch', cameraId, request: wish });
    },
    record(cameraId, target) {
      const placed = cameras.get(cameraId);
      if (!placed) return;
      placed.spec = { ...placed.spec, keeping: { ...placed.spec.keeping, recording: target } };
      const member = placed.workerId === null ? null : members.get(placed.workerId);
      member?.handle.post({ kind: 'record', cameraId, target });
    },
    hold(cameraId, isHeld) {
      const placed = cameras.get(cameraId);
      if (!placed || placed.isHeld === isHeld) return;
      placed.isHeld = isHeld;
      const member = placed.workerId === null ? null : members.get(placed.workerId);
      member?.handle.post({ kind: 'hold', cameraId, isHeld });
    },
    shadow(cameraId, target) {
      const placed = cameras.get(cameraId);
      if (!placed || placed.shadow === target) return;
      placed.shadow = target;
      const member = placed.workerId === null ? null : members.get(placed.workerId);
      member?.handle.post({ kind: 'shadow', cameraId, target });
    },
    useModel: (model) => useModels(onlyModel(model)),
    useModels,
    async restartWorker(workerId) {
      await members.get(workerId)?.handle.close(closeGraceMs);
    },
    endWorker: (workerId) => members.get(workerId)?.handle.kill(),
    providers: () => [
      ...new Set([...members.values()].flatMap(({ handle }) => handle.providers())),
    ],
    workerOf: (cameraId) => cameras.get(cameraId)?.workerId ?? null,
    workers: () =>
      [...members.values()].map(({ handle, restarts, isGivenUp }) => ({
        handle,
        restarts,
        isGivenUp,
        cameras: camerasOf(handle.id),
      })),
    async close() {
      isClosed = true;
      await Promise.all([...members.values()].map(({ handle }) => handle.close(closeGraceMs)));
    },
  };
}
