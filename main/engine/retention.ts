/**
 * Removes what is older than its kind is kept for: a little at a time, so that no crossing waits long for the database.
 */
import { z } from 'zod';
import { StationError } from '#contract/error.ts';
import { type Cleanup, keptDays, TimedKind } from '#contract/retention.ts';
import type { Clock } from './base/clock.ts';
import type { Logger } from './base/log.ts';
import type { Store } from './store/store.ts';

/** Removes up to `limit` things that are older than a time, Unix ms. Resolves to their number. */
export type RemoveOld = (step: {
  readonly beforeMs: number;
  readonly limit: number;
}) => Promise<number>;

export interface RetentionDeps {
  readonly store: Pick<Store, 'settings'>;
  readonly clock: Clock;
  readonly log: Logger;
  /** Days of paths where no admin has said: the setting `pathDays` */
  readonly pathDays: number;
  readonly removers: Readonly<Record<TimedKind, RemoveOld>>;
  /** Removes clips that nobody has asked for lately. */
  readonly tidyClips: () => Promise<void>;
  /** Calls `act` once after `ms`; what it returns calls it off. */
  readonly later: (ms: number, act: () => void) => () => void;
}

export interface Retention {
  daysOf(kind: TimedKind): number;
  /** Rejects with REQ_001 outside of the limits of the kind, and as the store does. */
  set(kind: TimedKind, days: number): Promise<void>;
  /** Removes all that is too old now; one clean-up at a time. */
  cleanUp(): Promise<Cleanup>;
  /** null before the first */
  lastCleanup(): Cleanup | null;
  close(): Promise<void>;
}

const settingKey = 'retention';
const Settings = z.partialRecord(TimedKind, z.number().int());
const dayMs = 86_400_000;
/** Paths of a minute too many are harmless, so this is often enough, and little is removed each time. */
const everyMs = 3_600_000;
/** The first one leaves the start of the station alone. */
const firstMs = 60_000;
/** Things in one step: a block of paths is half a minute of a busy camera and takes about a millisecond. */
const stepLimit: Readonly<Record<TimedKind, number>> = {
  paths: 20,
  alerts: 100,
  notifications: 100,
  metrics: 300,
  experiments: 1,
  logs: 10,
  downloads: 10,
};

/** Reads the settings and begins to clean up. Rejects as the store does. */
export async function keepRetention(deps: RetentionDeps): Promise<Retention> {
  const { store, clock, log, removers } = deps;
  let settings = (await store.settings.get(settingKey, Settings)) ?? {};
  let last: Cleanup | null = null;
  let isClosed = false;
  let running: Promise<Cleanup> | null = null;
  let callOff: () => void = deps.later(firstMs, tick);

  function daysOf(kind: TimedKind): number {
    return settings[kind] ?? (kind === 'paths' ? deps.pathDays : keptDays[kind].usual);
  }

  function tick(): void {
    if (isClosed) return;
    callOff = deps.later(everyMs, tick);
    void cleanUp();
  }

  function cleanUp(): Promise<Cleanup> {
    // What was asked for during a clean-up may have come too late for it.
    running = (running ?? Promise.resolve()).then(cleanOnce);
    return running;
  }

  async function cleanOnce(): Promise<Cleanup> {
    const removed: Partial<Record<TimedKind, number>> = {};
    let longestStepMs = 0;
    const noteStep = (ms: number): void => {
      longestStepMs = Math.max(longestStepMs, ms);
    };
    for (const kind of TimedKind.options) {
      await warnWhenFails(kind, async () => {
        removed[kind] = await clean(kind, noteStep);
      });
    }
    await warnWhenFails('clips', deps.tidyClips);
    last = { at: clock.now(), removed, longestStepMs };
    if (Object.values(removed).some((count) => count > 0)) {
      log.info('old data removed', { ...removed, longestStepMs });
    }
    return last;
  }

  /** What cannot be removed now is tried again at the next clean-up, and keeps nothing else from it. */
  async function warnWhenFails(kind: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      const { code, message } = StationError.from(error, 'SYS_002');
      log.warn('old data not removed', { kind, code, reason: message });
    }
  }

  async function clean(kind: TimedKind, onStep: (ms: number) => void): Promise<number> {
    const beforeMs = clock.now() - daysOf(kind) * dayMs;
    const limit = stepLimit[kind];
    let removed = 0;
    while (!isClosed) {
      const from = clock.monotonicMs();
      const step = await removers[kind]({ beforeMs, limit });
      onStep(clock.monotonicMs() - from);
      removed += step;
      if (step < limit) break;
    }
    return removed;
  }

  return {
    daysOf,
    async set(kind, days) {
      const { least, most } = keptDays[kind];
      if (days < least || days > most) {
        throw new StationError(
          'REQ_001',
          `Choose between ${String(least)} and ${String(most)} days.`,
          { path: 'days' },
        );
      }
      const next = { ...settings, [kind]: days };
      await store.settings.set(settingKey, next);
      settings = next;
    },
    cleanUp,
    lastCleanup: () => last,
    async close() {
      isClosed = true;
      callOff();
      await running;
    },
  };
}
