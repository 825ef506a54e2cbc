/**
 * One model that answers requests: its queue, its instances, its state.
 *
 *   request ──▶ queue ──model-runs──▶ instance (process): decode, run, read ──▶ answer
 */
import { StationError } from '#contract/error.ts';
import type { InstanceLimits, MetricSample, ServingStatus } from '#contract/inference.ts';
import type { BreakerState } from '#engine/base/circuit-breaker.ts';
import type { Clock } from '#engine/base/clock.ts';
import type { Logger } from '#engine/base/log.ts';
import { guardInstance, leftAlone, type GuardedInstance } from './guarded-instance.ts';
import { nameOf } from './instance.ts';
import type { Instance, ServedFile } from './instance.ts';
import { createModelLife, reloads } from './model-life.ts';
import { createModelRuns } from './model-runs.ts';
import { createPictureQueue } from './picture-queue.ts';
import type {
  PictureAnswer,
  PictureJob,
  PictureRequest,
  QueueRoom,
  RequestClass,
} from './picture-queue.ts';
import { createScaler } from './scaling.ts';
import { createServingFigures } from './serving-figures.ts';
import { describeState } from './serving-state.ts';

const closeGraceMs = 3_000;
/** After an instance that could not be started, for example for lack of memory */
const scalePauseMs = 30_000;

export interface ServedModelDeps {
  /** Starts an instance; its memory has been admitted. */
  readonly start: (runLimitMs: () => number) => Instance;
  /** Makes room for one more instance of this model. Rejects with RES_001, RES_002 or RES_003. */
  readonly admit: () => Promise<void>;
  readonly room: QueueRoom;
  /** Batch work waits, because live frames come late. */
  readonly isBatchHeld: () => boolean;
  readonly isOnGpu: () => boolean;
  readonly limits: InstanceLimits;
  /** Wait before the second try to load, doubling, ms */
  readonly retryMs: number;
  readonly loadLimitMs: number;
  /** A run may always take this long, ms */
  readonly minRunLimitMs: number;
  readonly waitLimitMs: Readonly<Record<RequestClass, number>>;
  readonly clock: Clock;
  /** 0…1, for the jitter of a breaker */
  readonly random: () => number;
  readonly log: Logger;
  readonly onPicture: (job: PictureJob, answer: PictureAnswer | StationError) => void;
}

export interface ServedModel {
  readonly file: ServedFile;
  /** Answers one picture; loads the model first where needed. */
  ask(request: PictureRequest): Promise<PictureAnswer>;
  /** Resolves when the model is ready. Rejects with why it cannot be. */
  load(): Promise<void>;
  /** Lets go of all instances; what waits is rejected. */
  release(reason: string): Promise<void>;
  /** Looks whether there are enough instances; once a second. */
  scale(): void;
  setLimits(limits: InstanceLimits): void;
  isLoaded(): boolean;
  isBusy(): boolean;
  lastUsedMs(): number;
  rssBytes(): number;
  instances(): readonly Instance[];
  status(): ServingStatus;
  samples(from: number, to: number): MetricSample[];
}

export function createServedModel(file: ServedFile, deps: ServedModelDeps): ServedModel {
  const { clock, log } = deps;
  const name = nameOf(file);
  const figures = createServingFigures(clock);
  const queue = createPictureQueue({
    name,
    room: deps.room,
    clock,
    waitLimitMs: deps.waitLimitMs,
    onRefused: () => figures.refused(),
    onExpired: () => figures.refused(),
  });
  const scaler = createScaler();
  let { limits } = deps;
  let busyShare = 0;
  let growAgainMs = -Infinity;
  let instances: GuardedInstance[] = [];
  let starting: GuardedInstance | null = null;
  let usedMs = -Infinity;
  let updatedAt = clock.now();
  let aloneSince = 0;
  const life = createModelLife({
    ...{ name, clock, log, startOne, retryMs: deps.retryMs },
    onReady: () => runs.wake(),
    onFailed: (error) => queue.rejectAll(error),
    onChanged: touch,
  });
  const runs = createModelRuns({
    ...{ name, clock, queue, isBatchHeld: deps.isBatchHeld, isOnGpu: deps.isOnGpu },
    ...{ loadLimitMs: deps.loadLimitMs, minRunLimitMs: deps.minRunLimitMs, policy: limits.policy },
    instances: () => instances,
    isReady: () => life.state().state === 'ready',
    mayRepeat: () => life.state().state !== 'unavailable',
    onRun() {
      usedMs = clock.monotonicMs();
      touch();
    },
    onPicture(job, answer) {
      deps.onPicture(job, answer);
      if (answer instanceof StationError) figures.failed();
      else figures.answered(answer);
    },
  });

  function touch(): void {
    updatedAt = clock.now();
  }

  async function startOne(): Promise<void> {
    await deps.admit();
    const instance = guardInstance(
      deps.start(() => runs.limitMs()),
      { clock, random: deps.random, onChange: hearBreaker },
    );
    starting = instance;
    try {
      runs.setBatchSize((await instance.ready).batchSize);
    } finally {
      starting = null;
    }
    if (life.state().state === 'unavailable') {
      await instance.close(closeGraceMs);
      throw new StationError('SYS_001', `${name} was let go.`);
    }
    instances = [...instances, instance];
    log.info('instance ready', { model: name, instance: instance.id });
    void instance.ended.then((reason) => lose(instance, reason));
  }

  /** One more beside those that are there. */
  function add(onFailed: (why: string) => void): void {
    startOne().then(
      () => runs.wake(),
      (error: unknown) => onFailed(String(error)),
    );
  }

  /** An instance that ended by itself: the others go on, and it is replaced while the budget lasts. */
  function lose(instance: GuardedInstance, reason: StationError | null): void {
    instances = instances.filter((other) => other !== instance);
    if (reason === null) return;
    log.warn('instance ended', { model: name, instance: instance.id, why: reason.message });
    touch();
    if (instances.length === 0) life.lose(reason);
    else if (life.takeReload()) {
      add((why) => log.warn('instance not replaced', { model: name, why }));
    } else growAgainMs = clock.monotonicMs() + reloads.windowMs;
  }

  /** An instance is trusted no more, or again. What waits when none is left is told so at once. */
  function hearBreaker({ state: breaker }: BreakerState): void {
    if (breaker === 'half-open') return;
    touch();
    const distrust = leftAlone(name, instances, clock.monotonicMs());
    if (distrust === null) {
      runs.wake();
      return;
    }
    aloneSince = updatedAt;
    log.warn('model left alone', { model: name, why: distrust.message });
    queue.rejectAll(distrust);
  }

  /** Instances come one at a time, and go when they have nothing to do. */
  function scale(): void {
    const nowMs = clock.monotonicMs();
    for (const instance of instances) instance.look();
    busyShare = runs.lookBusy();
    if (life.state().state !== 'ready' || starting !== null) return;
    const change = scaler.look({
      limits,
      instances: instances.length,
      busyShare,
      isWaiting: queue.waiting().length > 0,
      isLiveLate: deps.isBatchHeld(),
    });
    if (change === 1 && nowMs >= growAgainMs) {
      add((why) => {
        growAgainMs = clock.monotonicMs() + scalePauseMs;
        log.warn('no further instance', { model: name, why });
      });
    }
    if (change === -1) closeIdle();
  }

  function closeIdle(): void {
    const idle = instances.findLast((one) => one.runs() === 0);
    if (!idle) return;
    instances = instances.filter((other) => other !== idle);
    log.info('instance let go', { model: name, instance: idle.id });
    void idle.close(closeGraceMs);
  }

  const all = (): GuardedInstance[] => [...instances, ...(starting ? [starting] : [])];

  return {
    file,
    async ask(request) {
      const state = life.state();
      if (state.state === 'error' && !life.takeReload()) throw state.error;
      const distrust = leftAlone(name, instances, clock.monotonicMs());
      if (distrust !== null) throw distrust;
      if (request.work !== 'batch') runs.hurry();
      const answer = queue.add(request);
      usedMs = clock.monotonicMs();
      if (state.state === 'ready') runs.wake();
      else life.load().catch(() => undefined); // what waits is rejected with the reason
      return answer;
    },
    load: () => life.load(),
    async release(reason) {
      life.letGo(reason);
      const ending = all();
      instances = [];
      runs.stop();
      queue.rejectAll(new StationError('SYS_001', `${name} was let go: ${reason}`));
      await Promise.all(ending.map((one) => one.close(closeGraceMs)));
    },
    scale,
    setLimits(next) {
      limits = next;
      runs.setPolicy(next.policy);
    },
    isLoaded: () => all().length > 0,
    isBusy: () =>
      starting !== null || queue.waiting().length > 0 || instances.some((one) => one.runs() > 0),
    lastUsedMs: () => usedMs,
    rssBytes: () => instances.reduce((sum, one) => sum + one.rssBytes(), 0),
    instances: () => instances,
    status() {
      const error = leftAlone(name, instances, clock.monotonicMs());
      const alone = error && { since: aloneSince, error };
      const { status, since, reason } = describeState(life.state(), alone);
      return {
        modelId: name,
        digest: file.digest,
        status,
        since,
        reason,
        version: file.card.version,
        performance: figures.performance(),
        instances: all().map((one) => one.status()),
        limits,
        busyShare,
        queued: queue.waiting().length,
        rssBytes: instances.reduce((sum, one) => sum + one.rssBytes(), 0),
        lastUpdated: new Date(updatedAt).toISOString(),
      };
    },
    samples: (from, to) => figures.samples(from, to),
  };
}
