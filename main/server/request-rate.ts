/**
 * How many requests one address may send: a bucket that fills steadily and holds a burst.
 */

export interface RateRule {
  readonly perSecond: number;
  readonly burst: number;
}

export interface RequestRate {
  /** Takes one request of `key` at `now` (ms); 0 when it may pass, else after how many ms the next may. */
  take(key: string, now: number): number;
}

/** More addresses than this are not remembered: the one that asked longest ago goes first. */
const maxKeys = 4_096;

export function createRequestRate({ perSecond, burst }: RateRule): RequestRate {
  const buckets = new Map<string, { readonly tokens: number; readonly at: number }>();
  return {
    take(key, now) {
      const known = buckets.get(key);
      const filled = known ? known.tokens + ((now - known.at) / 1_000) * perSecond : burst;
      const tokens = Math.min(burst, Math.max(0, filled));
      const isAllowed = tokens >= 1;
      buckets.delete(key);
      buckets.set(key, { tokens: isAllowed ? tokens - 1 : tokens, at: now });
      const oldest = buckets.keys().next();
      if (buckets.size > maxKeys && oldest.done !== true) buckets.delete(oldest.value);
      return isAllowed ? 0 : Math.ceil(((1 - tokens) / perSecond) * 1_000);
    },
  };
}
