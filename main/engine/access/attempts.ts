/**
 * Wrong passwords and what they cost: after a few, the next try has to wait, longer each time.
 */

export interface AttemptRule {
  /** Wrong tries that cost nothing */
  readonly free: number;
  readonly firstWaitMs: number;
  readonly maxWaitMs: number;
  /** After so long without a wrong try all is forgotten */
  readonly forgetMs: number;
}

export interface Attempts {
  /** How long `key` still has to wait, ms; 0 when it may try. */
  waitMs(key: string, now: number): number;
  failed(key: string, now: number): void;
  succeeded(key: string): void;
}

/** More keys than this are not remembered: the one that failed longest ago goes first. */
const maxKeys = 10_000;

interface Entry {
  readonly failures: number;
  readonly lastAt: number;
  readonly openAt: number;
}

/** Pure but for its own memory; times are Unix ms. */
export function createAttempts(rule: AttemptRule): Attempts {
  const entries = new Map<string, Entry>();

  function known(key: string, now: number): Entry | null {
    const entry = entries.get(key);
    return entry === undefined || now - entry.lastAt > rule.forgetMs ? null : entry;
  }

  return {
    waitMs: (key, now) => Math.max(0, (known(key, now)?.openAt ?? 0) - now),
    failed(key, now) {
      const failures = (known(key, now)?.failures ?? 0) + 1;
      const step = failures - rule.free;
      const waitMs = step < 0 ? 0 : Math.min(rule.maxWaitMs, rule.firstWaitMs * 2 ** step);
      entries.delete(key);
      entries.set(key, { failures, lastAt: now, openAt: now + waitMs });
      const oldest = entries.keys().next();
      if (entries.size > maxKeys && oldest.done !== true) entries.delete(oldest.value);
    },
    succeeded: (key) => void entries.delete(key),
  };
}
