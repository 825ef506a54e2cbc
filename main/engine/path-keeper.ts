/**
 * Removes paths that are older than they are kept for, a few blocks at a time, so that no crossing waits long.
 */
import { StationError } from '#contract/error.ts';
import type { Clock } from './base/clock.ts';
import type { Logger } from './base/log.ts';
import type { Store } from './store/store.ts';

export interface PathKeeper {
  /** Removes all that is too old now. Resolves to the number of blocks. */
  prune(): Promise<number>;
  close(): void;
}

const dayMs = 86_400_000;
const everyMs = 10 * 60_000;
/** Blocks in one transaction: half a minute of a busy camera each. */
const stepBlocks = 20;

export function createPathKeeper(options: {
  readonly store: Pick<Store, 'trajectories'>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly keepDays: number;
}): PathKeeper {
  const { store, clock, log, keepDays } = options;
  let isClosed = false;

  async function prune(): Promise<number> {
    const beforeMs = clock.now() - keepDays * dayMs;
    let removed = 0;
    while (!isClosed) {
      const step = await store.trajectories.prune({ beforeMs, limit: stepBlocks });
      removed += step;
      if (step < stepBlocks) break;
    }
    return removed;
  }

  const timer = setInterval(() => {
    prune().catch((error: unknown) => {
      const { code, message } = StationError.from(error, 'SYS_002');
      log.warn('old paths not removed', { code, reason: message });
    });
  }, everyMs);
  timer.unref();
  return {
    prune,
    close() {
      isClosed = true;
      clearInterval(timer);
    },
  };
}
