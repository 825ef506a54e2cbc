/**
 * One model version in an inference thread: its session, and whether it can be given frames now. One that fails five times in
 * a row is left alone by its circuit breaker and tried with a grey picture before it gets frames again, so that a try costs no
 * camera anything.
 */
import { StationError } from '#contract/error.ts';
import { createRestartBudget } from '#engine/base/backoff.ts';
import {
  type BreakerState,
  createCircuitBreaker,
  usualBreaker,
} from '#engine/base/circuit-breaker.ts';
import type { Clock } from '#engine/base/clock.ts';
import type { Session } from '#engine/inference/session.ts';

export interface ContenderOptions {
  /** `name@version`, for messages */
  readonly name: string;
  /** Loads and warms it. */
  readonly open: () => Promise<Session>;
  readonly clock: Clock;
  /** 0…1, for the jitter */
  readonly random: () => number;
  readonly onChange: () => void;
}

/** Why it gets no frames, and when it is tried again, monotonic ms; null while it is being tried or loaded. */
export interface Distrust {
  readonly reason: StationError;
  readonly retryAtMs: number | null;
}

export interface Contender {
  /** Loads it where it is not; rejects with the reason, and is tried again by itself. */
  load(): Promise<Session>;
  /** Null while it can be given frames. */
  distrust(): Distrust | null;
  breaker(): BreakerState;
  /** Leaves it alone at once, as after five failures. */
  trip(reason: StationError): void;
  /** Lets its session work; rejects as the session does, or with why there is none. */
  use<T>(work: (session: Session) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Loading is tried again so often within this time; then its breaker pauses (SERVING.md). */
export const modelReloads = { count: 3, windowMs: 300_000 };
const reloadPauseMs = 1_000;

export function createContender(options: ContenderOptions): Contender {
  const { clock } = options;
  const budget = createRestartBudget(modelReloads.count, modelReloads.windowMs);
  let session: Session | null = null;
  let loading: Promise<Session> | null = null;
  let trouble: StationError | null = null;
  let timer: NodeJS.Timeout | null = null;
  let isClosed = false;
  /** A check uses the session's memory for its input: closing waits for it. */
  let checking: Promise<unknown> = Promise.resolve();

  const breaker = createCircuitBreaker({
    ...usualBreaker,
    clock,
    random: options.random,
    onChange(state) {
      if (state.state === 'open') tryAt(state.retryAtMs);
      options.onChange();
    },
  });

  function later(ms: number, act: () => void): void {
    if (timer !== null) clearTimeout(timer);
    if (isClosed) return;
    timer = setTimeout(act, Math.max(1, ms));
    timer.unref();
  }

  function load(): Promise<Session> {
    if (session !== null) return Promise.resolve(session);
    loading ??= openOnce().finally(() => {
      loading = null;
    });
    return loading;
  }

  async function openOnce(): Promise<Session> {
    try {
      const opened = await options.open();
      if (isClosed) {
        await opened.close();
        throw new StationError('SYS_001', `${options.name} was let go.`);
      }
      session = opened;
      trouble = null;
      options.onChange();
      return opened;
    } catch (error) {
      trouble = StationError.from(error, 'MODEL_002');
      if (!isClosed && breaker.state().state === 'closed') loadAgain(trouble);
      throw trouble;
    }
  }

  function loadAgain(reason: StationError): void {
    if (isFinal(reason) || !budget.take(clock.monotonicMs())) breaker.trip(reason);
    else later(reloadPauseMs, () => void load().catch(() => undefined));
  }

  function tryAt(atMs: number): void {
    later(atMs - clock.monotonicMs(), tryAgain);
  }

  function tryAgain(): void {
    if (!breaker.takeTry()) {
      // A timer may be a moment early.
      const state = breaker.state();
      if (state.state === 'open') tryAt(state.retryAtMs);
      return;
    }
    checking = load()
      .then((opened) => opened.check())
      .then(
        () => breaker.succeeded(),
        (error: unknown) => breaker.failed(StationError.from(error, 'MODEL_002')),
      );
  }

  return {
    load,
    distrust() {
      const state = breaker.state();
      switch (state.state) {
        case 'open':
          return { reason: state.reason, retryAtMs: state.retryAtMs };
        case 'half-open':
          return { reason: state.reason, retryAtMs: null };
        case 'closed': {
          if (session !== null) return null;
          const reason =
            trouble ?? new StationError('MODEL_004', `${options.name} is not loaded yet.`);
          return { reason, retryAtMs: null };
        }
      }
    },
    breaker: () => breaker.state(),
    trip: (reason) => breaker.trip(reason),
    async use(work) {
      if (session === null)
        throw trouble ?? new StationError('MODEL_004', `${options.name} is not loaded yet.`);
      try {
        const result = await work(session);
        breaker.succeeded();
        return result;
      } catch (error) {
        const reason = StationError.from(error, 'INF_001');
        breaker.failed(reason);
        throw reason;
      }
    },
    async close() {
      isClosed = true;
      if (timer !== null) clearTimeout(timer);
      await loading?.catch(() => undefined);
      await checking;
      await session?.close();
      session = null;
    },
  };
}

/** Another try would end the same way until somebody has changed something. */
function isFinal({ code }: StationError): boolean {
  return ['MODEL_003', 'SYS_004'].includes(code);
}
