/**
 * Serving that does not compute what it has answered before.
 */
import type { ServingOverview } from '#contract/inference.ts';
import type { Clock } from '#engine/base/clock.ts';
import type { ResultCache } from './result-cache.ts';
import type { Serving } from './serving.ts';

export interface CachedServing extends Serving {
  overview(): ServingOverview;
}

/** A picture that is in the cache is answered without a model being loaded for it. */
export function withResultCache(
  serving: Serving,
  { cache, clock }: { cache: ResultCache; clock: Clock },
): CachedServing {
  return {
    ...serving,
    async ask(file, request) {
      const startedMs = clock.monotonicMs();
      const key = cache.keyOf(file, request);
      if (key === null) return serving.ask(file, request);
      const kept = await cache.get(key);
      if (kept !== null) {
        return { result: kept, queueMs: 0, inferMs: 0, totalMs: clock.monotonicMs() - startedMs };
      }
      const answer = await serving.ask(file, request);
      const { picture, detections } = answer.result;
      cache.put(key, { picture, detections: [...detections], error: null }, request.cacheSeconds);
      return answer;
    },
    overview: () => ({ ...serving.overview(), cache: cache.figures() }),
  };
}
