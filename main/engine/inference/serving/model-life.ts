/**
 * How a served model becomes ready, and comes back after its last instance ended: three tries to load (S3), and so many
 * loads within a while.
 */
import { StationError } from '#contract/error.ts';
import { backoffMs, createRestartBudget } from '#engine/base/backoff.ts';
import type { Clock } from '#engine/base/clock.ts';
import type { Logger } from '#engine/base/log.ts';
import type { ModelState } from './serving-state.ts';

const loadTries = 3;
const maxRetryMs = 60_000;
/** A model is loaded anew after a failure this often within this time, then it is given up until the time is over. */
export const reloads = { count: 3, windowMs: 300_000 };

export interface ModelLifeDeps {
  /** `name@version`, for messages */
  readonly name: string;
  /** Starts the first instance. Rejects with why it cannot. */
  readonly startOne: () => Promise<void>;
  readonly onReady: () => void;
  /** It is given up: what waits for it waits in vain. */
  readonly onFailed: (error: StationError) => void;
  readonly onChanged: () => void;
  /** Wait before the second try to load, doubling, ms */
  readonly retryMs: number;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface ModelLife {
  state(): ModelState;
  /** Resolves when the model is ready. Rejects with why it cannot be. */
  load(): Promise<void>;
  /** Takes one of the loads that it has within a while; false when they are used up. */
  takeReload(): boolean;
  /** Its last instance ended. */
  lose(reason: StationError): void;
  /** A load that is on its way ends, too. */
  letGo(reason: string): void;
}

export function createModelLife(deps: ModelLifeDeps): ModelLife {
  const { name, clock, log } = deps;
  const budget = createRestartBudget(reloads.count, reloads.windowMs);
  let loading: Promise<void> | null = null;
  let state: ModelState = {
    state: 'unavailable',
    since: clock.now(),
    reason: 'It is loaded when it is asked for the first time.',
  };

  function become(next: ModelState): void {
    state = next;
    deps.onChanged();
  }

  async function tryToLoad(): Promise<void> {
    const since = clock.now();
    let before = state.state === 'error' ? state.error : null;
    for (let attempt = 1; ; attempt++) {
      become({ state: 'loading', since, attempt, before });
      const error = await startOne();
      if (error === null) return;
      log.warn('model not loaded', { model: name, attempt, code: error.code, why: error.message });
      if (!isLoading()) throw error; // it was let go meanwhile
      if (attempt >= loadTries || isFinal(error)) {
        fail(error);
        throw error;
      }
      before = error;
      const backoff = { firstMs: deps.retryMs, maxMs: maxRetryMs, jitter: 0 };
      await pause(backoffMs(attempt, backoff, 0));
      if (!isLoading()) throw error;
    }
  }

  async function startOne(): Promise<StationError | null> {
    try {
      await deps.startOne();
    } catch (cause) {
      return StationError.from(cause, 'MODEL_002');
    }
    become({ state: 'ready', since: clock.now() });
    deps.onReady();
    return null;
  }

  function isLoading(): boolean {
    return state.state === 'loading';
  }

  function fail(error: StationError): void {
    become({ state: 'error', since: clock.now(), error });
    deps.onFailed(error);
  }

  function load(): Promise<void> {
    if (state.state === 'ready') return Promise.resolve();
    loading ??= tryToLoad().finally(() => {
      loading = null;
    });
    return loading;
  }

  const takeReload = (): boolean => budget.take(clock.monotonicMs());

  return {
    state: () => state,
    load,
    takeReload,
    lose(reason) {
      if (!takeReload()) {
        fail(reason);
        return;
      }
      become({ state: 'error', since: clock.now(), error: reason });
      load().catch(() => undefined); // told to whoever waits, and shown by the state
    },
    letGo: (reason) => become({ state: 'unavailable', since: clock.now(), reason }),
  };
}

/** Another try would end the same way. */
function isFinal({ code }: StationError): boolean {
  return ['MODEL_003', 'INF_004', 'RES_001', 'RES_002', 'RES_003', 'SYS_004'].includes(code);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
