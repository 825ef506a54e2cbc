/**
 * An instance that is left alone while its runs fail: five in a row open its circuit breaker, a minute later it is tried with
 * a grey picture, which costs no request an answer. Without it one that fails at once would be the least busy, and get them all.
 */
import { StationError } from '#contract/error.ts';
import type { ServingInstance } from '#contract/inference.ts';
import { createCircuitBreaker, usualBreaker } from '#engine/base/circuit-breaker.ts';
import type { BreakerOptions, BreakerState } from '#engine/base/circuit-breaker.ts';
import type { Instance, RunAnswer } from './instance.ts';

export interface GuardedInstance extends Omit<Instance, 'status'> {
  status(): ServingInstance;
  breaker(): BreakerState;
  /** Tries it when it is time to; asked once a second. */
  look(): void;
}

/** As the instance, but ready only while it is trusted. */
export function guardInstance(
  instance: Instance,
  options: Pick<BreakerOptions, 'clock' | 'random' | 'onChange'>,
): GuardedInstance {
  const breaker = createCircuitBreaker({ ...usualBreaker, ...options });
  return {
    ...instance,
    isReady: () => instance.isReady() && breaker.state().state === 'closed',
    async run(pictures) {
      const answer = await instance.run(pictures);
      judge(answer);
      return answer;
    },
    status: () => ({ ...instance.status(), breaker: breaker.state().state }),
    breaker: () => breaker.state(),
    look() {
      if (!instance.isReady() || !breaker.takeTry()) return;
      instance.check().then(
        () => breaker.succeeded(),
        (error: unknown) => breaker.failed(StationError.from(error, 'INF_001')),
      );
    },
  };

  /** A picture file that cannot be read says nothing about the instance. */
  function judge({ results }: RunAnswer): void {
    const errors = results.flatMap(({ error }) => error ?? []);
    const own = errors.find(({ code }) => code !== 'INF_003');
    if (own) breaker.failed(StationError.fromBody(own));
    else if (errors.length < results.length) breaker.succeeded();
  }
}

/**
 * What a request is told when no instance is trusted: the last failure, and when to come again. Null while one of them is,
 * or none is there.
 */
export function leftAlone(
  name: string,
  instances: readonly GuardedInstance[],
  nowMs: number,
): StationError | null {
  const states = instances.map((instance) => instance.breaker());
  const waits = states.flatMap((state) => {
    if (state.state === 'closed') return [];
    const leftMs = state.state === 'open' ? state.retryAtMs - nowMs : 0;
    return [{ reason: state.reason, seconds: Math.max(1, Math.ceil(leftMs / 1000)) }];
  });
  const [soonest] = waits.sort((a, b) => a.seconds - b.seconds);
  if (soonest === undefined || waits.length < states.length) return null;
  const { reason, seconds } = soonest;
  return new StationError(
    'SYS_001',
    `${name} failed ${String(usualBreaker.failures)} times in a row and is tried again in ${String(seconds)} s. The last failure: ${reason.code} ${reason.message}`,
    { cause: reason, retryAfterS: seconds },
  );
}
