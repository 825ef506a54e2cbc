/**
 * One model that answers requests: its queue, its instances, its state.
 *
 *   request ──▶ queue ──schedule──▶ instance (process): decode, run, read ──▶ answer
 */
import { StationError } from '#contract/error.ts';
import type { InstanceLimits, MetricSample, ServingStatus } from '#contract/inference.ts';
import { backoffMs, createRestartBudget } from '#engine/base/backoff.ts';
import type { BreakerState } from '#engine/base/circuit-breaker.ts';
import type { Clock } from '#engine/base/clock.ts';
import type { Logger } from '#engine/base/log.ts';
import { schedule } from '#engine/inference/scheduler.ts';
import { queueDelayMs } from '#engine/inference/work.ts';
import { guardInstance, leftAlone, type GuardedInstance } from './guarded-instance.ts';
import { nameOf } from './instance.ts';
import type { Instance, RunAnswer, ServedFile } from './instance.ts';
import { createPictureQueue } from './picture-queue.ts';
import type {
  PictureAnswer,
  PictureJob,
  PictureRequest,
  QueueRoom,
  RequestClass,
} from './picture-queue.ts';
import { createBalancer } from './balance.ts';
import { createBusyMeter } from './busy-meter.ts';
import { batchRuns, createRunTimes, runSize, runsPerInstance } from './run-plan.ts';
import { createScaler } from './scaling.ts';
import { createServingFigures } from './serving-figures.ts';
import { describeState } from './serving-state.ts';
import type { ModelState } from './serving-state.ts';

/** Tries to load (S3). */
const loadTries = 3;
const maxRetryMs = 60_000;
/** A model is loaded anew after a failure this often within this time, then it is given up until the time is over. */
const reloads = { count: 3, windowMs: 300_000 };
/** Runs that end with their process before a picture is held to be the reason. */
const maxAttempts = 2;
const closeGraceMs = 3_000;
/** After an instance that could not be started, for example for lack of memory */
const scalePauseMs = 30_000;
/** While batch work is held for live frames, or an answer is due, the queue is looked at again after so long. */
const lookAgainMs = 250;

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
  /** Looks whether something can run now. */
  wake(): void;
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
  const times = createRunTimes();
  const scaler = createScaler();
  let { limits } = deps;
  let balancer = createBalancer<GuardedInstance>(limits.policy);
  const meter = createBusyMeter<GuardedInstance>(clock);
  let busyShare = 0;
  let growAgainMs = -Infinity;
  const reloadBudget = createRestartBudget(reloads.count, reloads.windowMs);
  let instances: GuardedInstance[] = [];
  let starting: GuardedInstance | null = null;
  let batchSize: number | null = 1;
  let state: ModelState = {
    state: 'unavailable',
    since: clock.now(),
    reason: 'It is loaded when it is asked for the first time.',
  };
  let loading: Promise<void> | null = null;
  let timer: NodeJS.Timeout | null = null;
  let usedMs = -Infinity;
  let updatedAt = clock.now();
  let urgentMs = -Infinity;
  let aloneSince = 0;

  function become(next: ModelState): void {
    state = next;
    updatedAt = clock.now();
  }

  function load(): Promise<void> {
    if (state.state === 'ready') return Promise.resolve();
    loading ??= tryToLoad().finally(() => {
      loading = null;
    });
    return loading;
  }

  async function tryToLoad(): Promise<void> {
    const since = clock.now();
    let before = state.state === 'error' ? state.error : null;
    for (let attempt = 1; ; attempt++) {
      become({ state: 'loading', since, attempt, before });
      try {
        await startOne();
        become({ state: 'ready', since: clock.now() });
        wake();
        return;
      } catch (cause) {
        const error = StationError.from(cause, 'MODEL_002');
        log.warn('model not loaded', {
          model: name,
          attempt,
          code: error.code,
          why: error.message,
        });
        if (!isLoading()) throw error; // it was let go meanwhile
        if (attempt >= loadTries || isFinal(error)) {
          become({ state: 'error', since: clock.now(), error });
          queue.rejectAll(error);
          throw error;
        }
        before = error;
      }
      const backoff = { firstMs: deps.retryMs, maxMs: maxRetryMs, jitter: 0 };
      await pause(backoffMs(attempt, backoff, 0));
      if (!isLoading()) throw before;
    }
  }

  function isLoading(): boolean {
    return state.state === 'loading';
  }

  async function startOne(): Promise<void> {
    await deps.admit();
    const instance = guardInstance(
      deps.start(() => runLimitMs()),
      { clock, random: deps.random, onChange: hearBreaker },
    );
    starting = instance;
    try {
      ({ batchSize } = await instance.ready);
    } finally {
      starting = null;
    }
    if (state.state === 'unavailable') {
      await instance.close(closeGraceMs);
      throw new StationError('SYS_001', `${name} was let go.`);
    }
    instances = [...instances, instance];
    log.info('instance ready', { model: name, instance: instance.id });
    void instance.ended.then((reason) => lose(instance, reason));
  }

  /** How long a run may take before it is held to be wedged; the first one, of which nothing is known, as long as loading. */
  function runLimitMs(): number {
    const p99Ms = times.p99RunMs();
    return p99Ms === 0 ? deps.loadLimitMs : Math.max(deps.minRunLimitMs, 10 * p99Ms);
  }

  /** An instance that ended by itself: the others go on, and it is replaced while the budget lasts. */
  function lose(instance: GuardedInstance, reason: StationError | null): void {
    instances = instances.filter((other) => other !== instance);
    if (reason === null) return;
    log.warn('instance ended', { model: name, instance: instance.id, why: reason.message });
    updatedAt = clock.now();
    if (!reloadBudget.take(clock.monotonicMs())) {
      if (instances.length > 0) {
        growAgainMs = clock.monotonicMs() + reloads.windowMs;
        return;
      }
      become({ state: 'error', since: clock.now(), error: reason });
      queue.rejectAll(reason);
      return;
    }
    if (instances.length > 0) {
      startOne().then(wake, (error: unknown) => {
        log.warn('instance not replaced', { model: name, why: String(error) });
      });
      return;
    }
    become({ state: 'error', since: clock.now(), error: reason });
    load().catch(() => undefined); // told to whoever waits, and shown by the state
  }

  /** An instance is trusted no more, or again. What waits when none is left is told so at once. */
  function hearBreaker({ state: breaker }: BreakerState): void {
    if (breaker === 'half-open') return;
    updatedAt = clock.now();
    const distrust = leftAlone(name, instances, clock.monotonicMs());
    if (distrust === null) {
      wake();
      return;
    }
    aloneSince = updatedAt;
    log.warn('model left alone', { model: name, why: distrust.message });
    queue.rejectAll(distrust);
  }

  function wake(): void {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    const nowMs = clock.monotonicMs();
    const expiresMs = queue.expire();
    const dueMs = earlier(expiresMs, state.state === 'ready' ? startRuns(nowMs) : null);
    if (dueMs !== null) timer = setTimeout(wake, Math.max(1, dueMs - nowMs));
  }

  /** Gives what waits to the instances. Returns when to look again, monotonic ms. */
  function startRuns(nowMs: number): number | null {
    // A picture whose run was lost goes alone, in case it is the reason.
    for (const job of queue.waiting().filter(({ attempts }) => attempts > 0)) {
      const [place] = balancer.places(instances, runsPerInstance);
      if (place) start([job], place);
    }
    const urgent = startBatches(
      (work) => work !== 'batch',
      balancer.places(instances, runsPerInstance),
    );
    const urgentWaiting = queue.waiting().filter(({ work }) => work !== 'batch').length;
    const places = balancer.places(instances, batchRuns(nowMs - urgentMs)).slice(urgentWaiting);
    if (deps.isBatchHeld() && queue.waiting().length > 0) return nowMs + lookAgainMs;
    const batch = startBatches((work) => work === 'batch', places);
    return earlier(urgent, batch);
  }

  function startBatches(
    isAmong: (work: RequestClass) => boolean,
    places: readonly GuardedInstance[],
  ): number | null {
    const waiting = queue.waiting().filter(({ work }) => isAmong(work));
    if (waiting.length === 0 || places.length === 0) return null;
    const facts = {
      perPictureMs: times.perPictureMs(),
      batchSize,
      isOnGpu: deps.isOnGpu(),
      asked: Math.min(...waiting.map((job) => job.maxBatchSize)),
    };
    const { batches, askAgainAtMs } = schedule(
      { waiting, idleThreads: places.length, cameras: Infinity, nowMs: clock.monotonicMs() },
      (work) => ({ maxQueueDelayMs: queueDelayMs[work], maxBatchSize: runSize(work, facts) }),
    );
    batches.forEach((batch, index) => {
      const place = places[index];
      if (place) start(batch, place);
    });
    return askAgainAtMs;
  }

  function start(batch: readonly PictureJob[], instance: GuardedInstance): void {
    queue.take(batch);
    balancer.gave(instance, batch.length);
    meter.began(instance);
    const startedMs = clock.monotonicMs();
    instance
      .run(batch.map(({ picture }) => picture))
      .then(
        (answer) => {
          balancer.took(instance, answer.timings.inferMs / batch.length);
          finish(batch, answer, startedMs);
        },
        (error: unknown) => giveBack(batch, StationError.from(error, 'INF_001')),
      )
      .finally(() => {
        meter.ended(instance);
        wake();
      });
  }

  function finish(
    batch: readonly PictureJob[],
    { results, timings }: RunAnswer,
    startedMs: number,
  ): void {
    const nowMs = clock.monotonicMs();
    usedMs = nowMs;
    updatedAt = clock.now();
    const workMs = timings.preprocessMs + timings.inferMs + timings.postprocessMs;
    times.add(workMs + timings.decodeMs, workMs / batch.length);
    batch.forEach((job, index) => {
      const result = results[index];
      if (result === undefined || result.error !== null) {
        const error = result
          ? StationError.fromBody(result.error)
          : new StationError('INF_001', `${name} gave no answer for the picture.`);
        settle(job, error);
        return;
      }
      const queueMs = startedMs - job.waitingSinceMs;
      const totalMs = nowMs - job.waitingSinceMs;
      const inferMs = timings.inferMs / batch.length;
      settle(job, { result, queueMs, inferMs, totalMs });
    });
  }

  /** Instances come one at a time, and go when they have nothing to do. */
  function scale(): void {
    const nowMs = clock.monotonicMs();
    for (const instance of instances) instance.look();
    busyShare = meter.look(instances.length);
    if (state.state !== 'ready' || starting !== null) return;
    const change = scaler.look({
      limits,
      instances: instances.length,
      busyShare,
      isWaiting: queue.waiting().length > 0,
      isLiveLate: deps.isBatchHeld(),
    });
    if (change === 1 && nowMs >= growAgainMs) {
      startOne().then(wake, (error: unknown) => {
        growAgainMs = clock.monotonicMs() + scalePauseMs;
        log.warn('no further instance', { model: name, why: String(error) });
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

  function settle(job: PictureJob, answer: PictureAnswer | StationError): void {
    deps.onPicture(job, answer);
    if (answer instanceof StationError) {
      figures.failed();
      job.reject(answer);
    } else {
      figures.answered(answer);
      job.resolve(answer);
    }
  }

  /** The process of a run is gone: each of its pictures gets one more chance, alone, in case one of them is the reason. */
  function giveBack(batch: readonly PictureJob[], error: StationError): void {
    for (const job of [...batch].reverse()) {
      job.attempts++;
      if (job.attempts < maxAttempts && error.code === 'SYS_001' && state.state !== 'unavailable') {
        queue.putBack(job);
      } else settle(job, error);
    }
  }

  return {
    file,
    async ask(request) {
      if (state.state === 'error' && !reloadBudget.take(clock.monotonicMs())) throw state.error;
      const distrust = leftAlone(name, instances, clock.monotonicMs());
      if (distrust !== null) throw distrust;
      if (request.work !== 'batch') urgentMs = clock.monotonicMs();
      const answer = queue.add(request);
      usedMs = clock.monotonicMs();
      if (state.state === 'ready') wake();
      else load().catch(() => undefined); // what waits is rejected with the reason
      return answer;
    },
    load,
    async release(reason) {
      become({ state: 'unavailable', since: clock.now(), reason });
      const ending = instances;
      instances = [];
      if (timer !== null) clearTimeout(timer);
      queue.rejectAll(new StationError('SYS_001', `${name} was let go: ${reason}`));
      await Promise.all(
        [...ending, ...(starting ? [starting] : [])].map((one) => one.close(closeGraceMs)),
      );
    },
    wake,
    scale,
    setLimits(next) {
      limits = next;
      balancer = createBalancer(next.policy);
    },
    isLoaded: () => instances.length > 0 || starting !== null,
    isBusy: () =>
      starting !== null || queue.waiting().length > 0 || instances.some((one) => one.runs() > 0),
    lastUsedMs: () => usedMs,
    rssBytes: () => instances.reduce((sum, one) => sum + one.rssBytes(), 0),
    instances: () => instances,
    status() {
      const error = leftAlone(name, instances, clock.monotonicMs());
      const alone = error && { since: aloneSince, error };
      const { status, since, reason } = describeState(state, alone);
      return {
        modelId: name,
        digest: file.digest,
        status,
        since,
        reason,
        version: file.card.version,
        performance: figures.performance(),
        instances: [...instances, ...(starting ? [starting] : [])].map((one) => one.status()),
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

function earlier(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.min(a, b);
}

/** Another try would end the same way. */
function isFinal({ code }: StationError): boolean {
  return ['MODEL_003', 'INF_004', 'RES_001', 'RES_002', 'RES_003', 'SYS_004'].includes(code);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
