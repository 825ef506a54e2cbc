/**
 * All models that answer requests: which are loaded, in how much memory, and who goes to make room.
 */
import { StationError } from '#contract/error.ts';
import { type Execution, isOnGpu, plainExecution } from '#contract/execution.ts';
import type {
  InstanceLimits,
  MetricSample,
  ServingOverview,
  ServingStatus,
} from '#contract/inference.ts';
import type { Clock } from '#engine/base/clock.ts';
import type { Logger } from '#engine/base/log.ts';
import type { ChildProcessHandle } from '#engine/host.ts';
import type { BrokenWay } from '#engine/inference/inference-protocol.ts';
import { nameOf, startInstance } from './instance.ts';
import type { ServedFile } from './instance.ts';
import { estimate, makeRoom } from './memory-budget.ts';
import type { ShelfLimits } from './memory-budget.ts';
import { defaultWaitLimitMs } from './picture-queue.ts';
import type {
  PictureAnswer,
  PictureJob,
  PictureRequest,
  QueueRoom,
  RequestClass,
} from './picture-queue.ts';
import { limitsOn } from './scaling.ts';
import { createServedModel } from './served-model.ts';
import type { ServedModel } from './served-model.ts';

/** Loading and warming a model, and the wait before the second of three tries, doubling (S3). */
const defaultLoadLimitMs = 30_000;
const defaultRetryMs = 5_000;
/** A run that takes longer, and than 10 × p99, is ended with its process (SERVING.md). */
const defaultMinRunLimitMs = 2_000;
/** Picture files that wait, of all models together */
const maxWaitingBytes = 256 * 1024 ** 2;
/** How long a stop waits for runs. */
const closeGraceMs = 2_000;
const scaleEveryMs = 1_000;

export interface ServingOptions {
  readonly limits: ShelfLimits;
  /** Of a model, where 0 instances leave it to the machine */
  readonly instancesOf: (digest: string) => InstanceLimits;
  readonly cores: number;
  /** How a model computes; the next where one breaks */
  readonly executionsOf: (digest: string) => readonly Execution[];
  /** Another provider computes a model in one of its instances; null: the chosen one again, or the instance has ended */
  readonly onBroken: (instanceId: string, digest: string, broken: BrokenWay | null) => void;
  /** Starts main/workers/serving in a process. */
  readonly spawn: () => ChildProcessHandle;
  /** Live frames come late: batch work waits. */
  readonly isLiveLate: () => boolean;
  readonly clock: Clock;
  readonly log: Logger;
  readonly loadLimitMs?: number;
  readonly retryMs?: number;
  readonly minRunLimitMs?: number;
  readonly waitLimitMs?: Readonly<Record<RequestClass, number>>;
  /** Each answered picture, for the metrics */
  readonly onPicture: (
    model: ServedFile,
    job: PictureJob,
    answer: PictureAnswer | StationError,
  ) => void;
}

export interface Serving {
  /** Answers one picture; loads the model first where needed. Rejects with MODEL_*, INF_*, RES_*, SYS_001 or REQ_004. */
  ask(file: ServedFile, request: PictureRequest): Promise<PictureAnswer>;
  load(file: ServedFile, isPinned?: boolean): Promise<void>;
  release(file: ServedFile): Promise<void>;
  /** Lets go of a model that computes in another way from now on; the next request loads it. */
  renew(digest: string): Promise<void>;
  /** Goes by new limits; `instancesOf` gives them later. */
  rescale(file: ServedFile): void;
  status(file: ServedFile): ServingStatus;
  /** Minutes that begin within [from, to), Unix ms. */
  samples(file: ServedFile, from: number, to: number): MetricSample[];
  /** The same of every model that was asked, by its digest. */
  allSamples(from: number, to: number): { digest: string; samples: MetricSample[] }[];
  overview(): Omit<ServingOverview, 'cache'>;
  close(): Promise<void>;
}

/** Nothing is loaded before it is asked for. */
export function createServing(options: ServingOptions): Serving {
  const { clock, log, limits } = options;
  const loadLimitMs = options.loadLimitMs ?? defaultLoadLimitMs;
  const models = new Map<string, ServedModel>();
  const pinned = new Set<string>();
  /** What each model was measured to take, also after it was let go */
  const measured = new Map<string, number>();
  const room: QueueRoom = { maxBytes: maxWaitingBytes, takenBytes: 0 };
  let instanceIds = 0;
  let isClosed = false;
  /** One admission after the other, so that two models cannot both take the last room. */
  let admission: Promise<unknown> = Promise.resolve();
  /** Admitted, not ready yet */
  const promised = new Set<string>();

  function instanceLimits(digest: string): InstanceLimits {
    const isOnCard = isComputedOnGpu(digest);
    return limitsOn(options.instancesOf(digest), { cores: options.cores, isOnGpu: isOnCard });
  }

  function executionsOf(digest: string): readonly [Execution, ...Execution[]] {
    const [first = plainExecution, ...others] = options.executionsOf(digest);
    return [first, ...others];
  }

  function isComputedOnGpu(digest: string): boolean {
    return isOnGpu(executionsOf(digest)[0]);
  }

  const scaling = setInterval(() => {
    for (const model of models.values()) model.scale();
  }, scaleEveryMs);
  scaling.unref();

  function needOf(file: ServedFile): { rssBytes: number; gpuBytes: number } {
    const guess = estimate(file.bytes, isComputedOnGpu(file.digest));
    return { ...guess, rssBytes: measured.get(file.digest) ?? guess.rssBytes };
  }

  function entries() {
    return [...models.values()]
      .filter((model) => model.isLoaded() || promised.has(model.file.digest))
      .map((model) => {
        const { digest } = model.file;
        const count = model.instances().length + (promised.has(digest) ? 1 : 0);
        const need = needOf(model.file);
        return {
          digest,
          rssBytes: Math.max(model.rssBytes(), need.rssBytes * count),
          gpuBytes: need.gpuBytes * count,
          lastUsedMs: model.lastUsedMs(),
          isBusy: model.isBusy() || promised.has(digest),
          isPinned: pinned.has(digest),
        };
      });
  }

  function admit(file: ServedFile): Promise<void> {
    const { digest } = file;
    const admitted = admission.then(async () => {
      const others = entries().filter((entry) => entry.digest !== digest);
      const own = entries().find((entry) => entry.digest === digest);
      const hasInstance = (models.get(digest)?.instances().length ?? 0) > 0;
      const need = needOf(file);
      const wish = hasInstance
        ? {
            rssBytes: need.rssBytes + (own?.rssBytes ?? 0),
            gpuBytes: need.gpuBytes + (own?.gpuBytes ?? 0),
          }
        : need;
      const released = makeRoom(others, { name: nameOf(file), ...wish }, limits);
      promised.add(digest);
      for (const other of released) {
        log.info('model let go to make room', { model: other, for: nameOf(file) });
        await models
          .get(other)
          ?.release('Another model needed the room; the next request loads it.');
      }
    });
    admission = admitted.catch(() => undefined);
    return admitted;
  }

  function memoryLeft(digest: string): number {
    const others = entries().filter((entry) => entry.digest !== digest);
    return limits.memoryBytes - others.reduce((sum, entry) => sum + entry.rssBytes, 0);
  }

  function served(file: ServedFile): ServedModel {
    if (isClosed) throw new StationError('SYS_001', 'The station is stopping.');
    const known = models.get(file.digest);
    if (known) return known;
    const { digest } = file;
    const model = createServedModel(file, {
      admit: () => admit(file),
      start(runLimitMs) {
        const id = `i${String(++instanceIds)}`;
        const instance = startInstance(
          {
            id,
            model: file,
            executions: executionsOf(digest),
            onBroken: (broken) => options.onBroken(id, digest, broken),
            loadLimitMs,
            maxMemoryBytes: memoryLeft(digest),
            runLimitMs,
          },
          { spawn: options.spawn, clock },
        );
        instance.ready
          .then(
            () => measured.set(digest, Math.max(measured.get(digest) ?? 0, instance.rssBytes())),
            () => undefined,
          )
          .finally(() => promised.delete(digest));
        void instance.ended.then(() => options.onBroken(id, digest, null));
        return instance;
      },
      room,
      isBatchHeld: options.isLiveLate,
      isOnGpu: () => isComputedOnGpu(digest),
      limits: instanceLimits(digest),
      retryMs: options.retryMs ?? defaultRetryMs,
      loadLimitMs,
      minRunLimitMs: options.minRunLimitMs ?? defaultMinRunLimitMs,
      waitLimitMs: options.waitLimitMs ?? defaultWaitLimitMs,
      clock,
      random: Math.random,
      log,
      onPicture: (job, answer) => options.onPicture(file, job, answer),
    });
    models.set(digest, model);
    return model;
  }

  return {
    ask: (file, request) => served(file).ask(request),
    async load(file, isPinned = false) {
      if (isPinned) pinned.add(file.digest);
      await served(file).load();
    },
    async release(file) {
      pinned.delete(file.digest);
      await models.get(file.digest)?.release('It was released by hand; the next request loads it.');
    },
    async renew(digest) {
      const model = models.get(digest);
      if (!model) return;
      await model.release('It computes in another way; the next request loads it.');
      model.setLimits(instanceLimits(digest));
    },
    rescale: (file) => served(file).setLimits(instanceLimits(file.digest)),
    status: (file) => served(file).status(),
    samples: (file, from, to) => served(file).samples(from, to),
    allSamples: (from, to) =>
      [...models].map(([digest, model]) => ({ digest, samples: model.samples(from, to) })),
    overview() {
      const shown = [...models.values()];
      const all = entries();
      return {
        models: shown.map((model) => model.status()),
        maxLoadedModels: limits.maxModels,
        rssBytes: shown.reduce((sum, model) => sum + model.rssBytes(), 0),
        memoryBudgetBytes: limits.memoryBytes,
        gpuBytes: all.reduce((sum, entry) => sum + entry.gpuBytes, 0),
        gpuBudgetBytes: limits.gpuBytes,
        isBatchHeld: options.isLiveLate(),
      };
    },
    async close() {
      isClosed = true;
      clearInterval(scaling);
      const ending = [...models.values()].map((model) => model.release('The station stops.'));
      const late = new Promise((resolve) => setTimeout(resolve, closeGraceMs).unref());
      await Promise.race([Promise.all(ending), late]);
    },
  };
}
