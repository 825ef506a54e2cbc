/**
 * Brings what this station counted to the central database of many stations: goes through the ledger from where the database
 * has it, page by page, each only after the one before has arrived. While the database is away nothing is kept for it: the
 * ledger itself is what waits.
 *
 *   connect ─▶ tables ─▶ feed ─▶ pages … ─▶ current ─5 s─▶ pages …
 *      ▲                          │ fails
 *      └──after 1 s, 2 s … 60 s───┘ away
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { CentralSettings, type CentralState, type CentralStatus } from '#contract/central.ts';
import { StationError } from '#contract/error.ts';
import { backoffMs } from './base/backoff.ts';
import type { Clock } from './base/clock.ts';
import type { Logger } from './base/log.ts';
import { type OutboxEnds, outboxKinds } from './base/outbox.ts';
import { type CentralLink, connectCentral } from './replication/central-link.ts';
import { migrateCentral } from './replication/central-schema.ts';
import { noteSeen, openFeed } from './replication/feed.ts';
import { sendPage } from './replication/send-page.ts';
import type { SecretBox } from './secrets/secret-box.ts';
import { centralKey } from './store/secrets.ts';
import type { Store } from './store/store.ts';

export interface CentralKeeperDeps {
  readonly store: Pick<Store, 'settings' | 'outbox'>;
  readonly clock: Clock;
  readonly log: Logger;
  /** Seals the password */
  readonly box: SecretBox;
  /** 0…1, for the jitter */
  readonly random: () => number;
  /** How long it rests when all has been brought, and before the first new try, ms; usual when left out */
  readonly paceMs?: number;
}

/** What is asked of the central keeper elsewhere in the station. */
export interface CentralStanding {
  readonly state: CentralState;
  /** For how long something has waited for the database, ms; 0 when it has everything, null when none is set */
  readonly behindMs: number | null;
}

export interface CentralKeeper {
  status(): Promise<CentralStatus>;
  standing(): CentralStanding;
  /**
   * Tries the settings, keeps them and begins to bring rows there; null ends it. Without a password the one that is kept is
   * used. Rejects with CEN_001 or CEN_002 when they do not work, REQ_001 without any password; then nothing has changed.
   */
  set(settings: WantedSettings | null): Promise<void>;
  /** Asks the database something on a connection of its own. Rejects with REQ_003 when none is set, CEN_001, CEN_002. */
  ask<T>(work: (link: CentralLink) => Promise<T>): Promise<T>;
  /** Whether rows up to these have arrived, so that they need not stay here; true when no database is set. */
  hasArrived(ends: Pick<OutboxEnds, 'crossings' | 'zoneEvents'>): Promise<boolean>;
  close(): Promise<void>;
}

export type WantedSettings = Omit<CentralSettings, 'password'> & {
  readonly password?: string | undefined;
};

/** As it lies in the database: the password is sealed, and so longer. */
const Stored = CentralSettings.extend({ password: z.string() });

/** What of the last visit is remembered, so that what can change is brought again where the database has gone back. */
const Visit = z.object({
  epoch: z.number().int(),
  crossings: z.number().int(),
  zoneEvents: z.number().int(),
  coverage: z.number().int(),
  alerts: z.number().int(),
  /** When the database had everything, Unix ms; null for never */
  currentAt: z.number().int().nullable(),
});
type Visit = z.infer<typeof Visit>;

export const centralVisitKey = 'central.visit';
const stationIdKey = 'central.stationId';
const pageRows = 1_000;
const usualPaceMs = 5_000;
const pauses = { firstMs: 1_000, maxMs: 60_000, jitter: 0.2 };

/** Goes on with the database that is set. Rejects as the store does. */
export async function keepCentral(deps: CentralKeeperDeps): Promise<CentralKeeper> {
  const { store, clock, log, box } = deps;
  const paceMs = deps.paceMs ?? usualPaceMs;
  const stationId = await store.settings.get(stationIdKey, z.string());
  let settings = await store.settings.get(centralKey, Stored);
  let visit = await store.settings.get(centralVisitKey, Visit);
  let state: CentralState = { state: 'off' };
  let beganAt = clock.now();
  let sent = 0;
  let run: { readonly stop: AbortController; readonly done: Promise<void> } | null = null;

  function become(next: 'connecting' | 'behind' | 'current'): void {
    if (state.state !== next) state = { state: next, since: clock.now() };
  }

  function begin(): void {
    if (settings === null) {
      state = { state: 'off' };
      return;
    }
    const stop = new AbortController();
    beganAt = clock.now();
    become('connecting');
    run = { stop, done: keepSending(settings, stop.signal) };
  }

  async function end(): Promise<void> {
    run?.stop.abort();
    await run?.done;
    run = null;
  }

  /** Resolves when the signal aborts; what fails is tried again. */
  async function keepSending(known: CentralSettings, signal: AbortSignal): Promise<void> {
    let attempt = 0;
    while (!signal.aborted) {
      try {
        // The key of passwords may have been changed meanwhile.
        const kept = (await store.settings.get(centralKey, Stored)) ?? known;
        await withLink(kept, (link) =>
          visitOnce(link, kept.stationName, {
            signal,
            onProgress: () => {
              attempt = 0;
            },
          }),
        );
      } catch (error) {
        attempt += 1;
        await stayAway(StationError.from(error, 'CEN_001'), { attempt, signal });
      }
    }
  }

  async function stayAway(
    { code, message }: StationError,
    { attempt, signal }: { readonly attempt: number; readonly signal: AbortSignal },
  ): Promise<void> {
    if (signal.aborted) return;
    const waitMs = backoffMs(
      attempt,
      { ...pauses, firstMs: Math.min(pauses.firstMs, paceMs) },
      deps.random(),
    );
    const at = clock.now();
    const since = state.state === 'away' ? state.since : at;
    if (state.state !== 'away') log.warn('central database away', { code, reason: message });
    state = { state: 'away', since, attempt, retryAt: at + waitMs, reason: { code, message } };
    await pause(waitMs, signal);
  }

  async function withLink<T>(
    kept: CentralSettings,
    work: (link: CentralLink) => Promise<T>,
  ): Promise<T> {
    const link = await connectCentral({ ...kept, password: box.open(kept.password) });
    try {
      return await work(link);
    } finally {
      await link.close();
    }
  }

  /** Brings what there is and what comes, until the signal aborts. */
  async function visitOnce(
    link: CentralLink,
    name: string,
    { signal, onProgress }: { readonly signal: AbortSignal; readonly onProgress: () => void },
  ): Promise<void> {
    await migrateCentral(link, clock.now());
    const owner = { stationId: stationId ?? '', name, now: clock.now() };
    const { epoch, reached } = await openFeed(link, store.outbox, { owner, last: visit });
    if (state.state === 'away') log.info('central database reached again', { epoch });
    become('behind');
    let ends: OutboxEnds = reached;
    while (!signal.aborted) {
      const sentBefore = sent;
      for (const kind of outboxKinds) {
        ends = { ...ends, [kind]: await sendAll(kind, ends[kind]) };
      }
      // Also a database that nothing is brought to must be there.
      await noteSeen(link, owner.stationId, clock.now());
      signal.throwIfAborted();
      await remember({ epoch, ...ends, currentAt: clock.now() }, sent > sentBefore);
      become('current');
      onProgress();
      await pause(paceMs, signal);
    }

    async function sendAll(kind: keyof OutboxEnds, from: number): Promise<number> {
      let after = from;
      while (!signal.aborted) {
        const rows = await store.outbox.page(kind, { after, limit: pageRows });
        if (rows.length === 0) break;
        after = await sendPage(link, { kind, rows }, { stationId: owner.stationId, epoch, after });
        sent += rows.length;
        onProgress();
        if (rows.length < pageRows) break;
        become('behind');
        await remember(
          { epoch, ...ends, [kind]: after, currentAt: visit?.currentAt ?? null },
          true,
        );
      }
      return after;
    }
  }

  /** What is not durable is brought again, which does no harm. */
  async function remember(next: Visit, isDurable: boolean): Promise<void> {
    if (isDurable) await store.settings.set(centralVisitKey, next);
    visit = next;
  }

  begin();
  return {
    async status() {
      const { password: _secret, ...shown } = settings ?? { password: '' };
      const ends = await store.outbox.ends();
      const isKnown = settings !== null && visit !== null;
      return {
        settings: settings === null ? null : CentralSettings.omit({ password: true }).parse(shown),
        state,
        waiting: isKnown
          ? Math.max(0, ends.crossings - (visit?.crossings ?? 0)) +
            Math.max(0, ends.zoneEvents - (visit?.zoneEvents ?? 0))
          : null,
        currentAt: visit?.currentAt ?? null,
        sent,
      };
    },
    standing() {
      if (state.state === 'off') return { state, behindMs: null };
      const isCurrent = state.state === 'current';
      return {
        state,
        behindMs: isCurrent ? 0 : Math.max(0, clock.now() - (visit?.currentAt ?? beganAt)),
      };
    },
    async set(wanted) {
      if (wanted === null) {
        await end();
        await store.settings.remove(centralKey);
        settings = null;
        begin();
        return;
      }
      const before = await store.settings.get(centralKey, Stored);
      const password = wanted.password === undefined ? before?.password : box.seal(wanted.password);
      if (password === undefined) {
        throw new StationError('REQ_001', 'Enter the password of the central database.', {
          path: 'settings.password',
        });
      }
      const next = { ...wanted, password };
      await withLink(next, (link) => migrateCentral(link, clock.now()));
      await end();
      await store.settings.set(centralKey, next);
      settings = next;
      if (visit !== null) await remember({ ...visit, currentAt: null }, true);
      begin();
    },
    async ask(work) {
      const kept = await store.settings.get(centralKey, Stored);
      if (kept === null) {
        throw new StationError(
          'REQ_003',
          'No central database is set: an admin enters its address under System.',
        );
      }
      return withLink(kept, work);
    },
    hasArrived: ({ crossings, zoneEvents }) =>
      Promise.resolve(
        settings === null ||
          (visit !== null && visit.crossings >= crossings && visit.zoneEvents >= zoneEvents),
      ),
    close: end,
  };
}

/** Ends early when the signal aborts. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal, ref: false }).catch(() => undefined);
}
