/**
 * The way of pictures through the instances of one model: what waits is given to whoever has room, and comes back answered,
 * or once more where its process ended.
 */
import { StationError } from '#contract/error.ts';
import type { BalancePolicy } from '#contract/inference.ts';
import type { Clock } from '#engine/base/clock.ts';
import { schedule } from '#engine/inference/scheduler.ts';
import { queueDelayMs } from '#engine/inference/work.ts';
import { createBalancer } from './balance.ts';
import { createBusyMeter } from './busy-meter.ts';
import type { GuardedInstance } from './guarded-instance.ts';
import type { RunAnswer } from './instance.ts';
import type { PictureAnswer, PictureJob, PictureQueue, RequestClass } from './picture-queue.ts';
import { batchRuns, createRunTimes, runSize, runsPerInstance } from './run-plan.ts';

/** Runs that end with their process before a picture is held to be the reason. */
const maxAttempts = 2;
/** While batch work is held for live frames, or an answer is due, the queue is looked at again after so long. */
const lookAgainMs = 250;

export interface ModelRunsDeps {
  /** `name@version`, for messages */
  readonly name: string;
  readonly queue: PictureQueue;
  readonly instances: () => readonly GuardedInstance[];
  readonly isReady: () => boolean;
  /** Whether a picture whose process ended may be given to another one */
  readonly mayRepeat: () => boolean;
  /** Batch work waits, because live frames come late. */
  readonly isBatchHeld: () => boolean;
  readonly isOnGpu: () => boolean;
  readonly policy: BalancePolicy;
  /** The first run, of which nothing is known, may take this long; any may take the least, ms */
  readonly loadLimitMs: number;
  readonly minRunLimitMs: number;
  readonly clock: Clock;
  readonly onRun: () => void;
  readonly onPicture: (job: PictureJob, answer: PictureAnswer | StationError) => void;
}

export interface ModelRuns {
  /** Looks whether something can run now, and again by itself when it is time to. */
  wake(): void;
  stop(): void;
  /** A picture came that somebody waits for: batch work leaves room for the next. */
  hurry(): void;
  /** Pictures that a run of the network takes; null when any number is possible */
  setBatchSize(size: number | null): void;
  setPolicy(policy: BalancePolicy): void;
  /** How long a run may take before it is held to be wedged, ms */
  limitMs(): number;
  /** Share of their time that the instances were at work since the last look, 0…1 */
  lookBusy(): number;
}

export function createModelRuns(deps: ModelRunsDeps): ModelRuns {
  const { name, queue, clock } = deps;
  const times = createRunTimes();
  const meter = createBusyMeter<GuardedInstance>(clock);
  let balancer = createBalancer<GuardedInstance>(deps.policy);
  let batchSize: number | null = 1;
  let timer: NodeJS.Timeout | null = null;
  let urgentMs = -Infinity;

  function stop(): void {
    if (timer !== null) clearTimeout(timer);
    timer = null;
  }

  function wake(): void {
    stop();
    const nowMs = clock.monotonicMs();
    const expiresMs = queue.expire();
    const dueMs = earlier(expiresMs, deps.isReady() ? startRuns(nowMs) : null);
    if (dueMs !== null) timer = setTimeout(wake, Math.max(1, dueMs - nowMs));
  }

  /** Gives what waits to the instances. Returns when to look again, monotonic ms. */
  function startRuns(nowMs: number): number | null {
    const places = (runs: number) => balancer.places(deps.instances(), runs);
    // A picture whose run was lost goes alone, in case it is the reason.
    for (const job of queue.waiting().filter(({ attempts }) => attempts > 0)) {
      const [place] = places(runsPerInstance);
      if (place) start([job], place);
    }
    const urgent = startBatches((work) => work !== 'batch', places(runsPerInstance));
    const urgentWaiting = queue.waiting().filter(({ work }) => work !== 'batch').length;
    if (deps.isBatchHeld() && queue.waiting().length > 0) return nowMs + lookAgainMs;
    const left = places(batchRuns(nowMs - urgentMs)).slice(urgentWaiting);
    return earlier(
      urgent,
      startBatches((work) => work === 'batch', left),
    );
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
    deps.onRun();
    const nowMs = clock.monotonicMs();
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

  /** The process of a run is gone: each of its pictures gets one more chance, alone, in case one of them is the reason. */
  function giveBack(batch: readonly PictureJob[], error: StationError): void {
    for (const job of [...batch].reverse()) {
      job.attempts++;
      if (job.attempts < maxAttempts && error.code === 'SYS_001' && deps.mayRepeat()) {
        queue.putBack(job);
      } else settle(job, error);
    }
  }

  function settle(job: PictureJob, answer: PictureAnswer | StationError): void {
    deps.onPicture(job, answer);
    if (answer instanceof StationError) job.reject(answer);
    else job.resolve(answer);
  }

  return {
    wake,
    stop,
    hurry() {
      urgentMs = clock.monotonicMs();
    },
    setBatchSize(size) {
      batchSize = size;
    },
    setPolicy(policy) {
      balancer = createBalancer(policy);
    },
    limitMs() {
      const p99Ms = times.p99RunMs();
      return p99Ms === 0 ? deps.loadLimitMs : Math.max(deps.minRunLimitMs, 10 * p99Ms);
    },
    lookBusy: () => meter.look(deps.instances().length),
  };
}

function earlier(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.min(a, b);
}
