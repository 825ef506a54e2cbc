/**
 * The way of one channel: one notification at a time, the steps of an alert in their order, tries with growing waits.
 *
 *   waiting ──sent──▶ delivered
 *      │ ▲──failed, tried again after 5 s, 10 s … 10 min
 *      └──its time is over──▶ failed
 *
 * A notification that one receiver refuses does not hold up other alerts: those with fewer tries go first. When a failing
 * channel delivers again, everything that waits is due at once.
 */
import type { AlertSeverity } from '#contract/alert.ts';
import { StationError } from '#contract/error.ts';
import type { ChannelState } from '#contract/notification.ts';
import { backoffMs } from '#engine/base/backoff.ts';
import type { Clock } from '#engine/base/clock.ts';
import type { Logger } from '#engine/base/log.ts';
import type { OpenChannel } from './channel-secrets.ts';
import { type Notice, StoredNotice } from './notice.ts';
import type { NotifyStore, WaitingRow } from './notify-store.ts';

export interface LaneDeps {
  readonly channelId: string;
  readonly rows: NotifyStore['notifications'];
  readonly clock: Clock;
  readonly log: Logger;
  /** 0…1, for the jitter */
  readonly random: () => number;
  /** Calls `act` once after `ms`; what it returns calls it off. */
  readonly later: (ms: number, act: () => void) => () => void;
  /** The channel as it is now; null when there is none any more */
  readonly channel: () => OpenChannel | null;
  /** Sends it once. Rejects with a StationError. */
  readonly deliver: (
    channel: OpenChannel,
    sending: { readonly notice: Notice; readonly key: string; readonly signal: AbortSignal },
  ) => Promise<void>;
  /** The channel began to fail, or delivers again. */
  readonly onStanding: (state: ChannelState) => void;
}

export interface Lane {
  state(): ChannelState;
  /** There may be something to do. */
  wake(): void;
  /** Resolves when there is nothing to do now. */
  settled(): Promise<void>;
  /** A test has come through. */
  succeeded(): Promise<void>;
  /** Ends the try that is under way; its row waits for the next start. */
  close(): Promise<void>;
}

const retry = { firstMs: 5_000, maxMs: 600_000, jitter: 0.2 };
const failingAfter = 3;
/** How long a notification is worth sending, ms. */
const lifeMs: Readonly<Record<AlertSeverity, number>> = {
  info: 3_600_000,
  warning: 3_600_000,
  critical: 86_400_000,
};
/** A report is read tomorrow as well. */
const reportLifeMs = 3 * 86_400_000;
/** The store could not be used. */
const storePauseMs = 15_000;
/** A timer is never longer: the clock of the PC may be set meanwhile. */
const longestSleepMs = 60_000;

export function createLane(deps: LaneDeps): Lane {
  const { rows, clock, log, channelId } = deps;
  const closing = new AbortController();
  /** Delivered, but not yet written down: never sent a second time by this run. */
  const unrecorded = new Set<string>();
  let failures = 0;
  let failingSince = 0;
  let lastError: StationError | null = null;
  let deliveredAt: number | null = null;
  let nextTryAt: number | null = null;
  let callOff: () => void = () => undefined;
  let running: Promise<void> | null = null;
  let isWoken = false;

  function state(): ChannelState {
    if (lastError !== null && failures >= failingAfter) {
      const error = lastError.toBody();
      return { state: 'failing', since: failingSince, failures, error, nextTryAt };
    }
    return deliveredAt === null ? { state: 'unused' } : { state: 'working', deliveredAt };
  }

  function wake(): void {
    if (closing.signal.aborted) return;
    isWoken = true;
    running ??= run().finally(() => {
      running = null;
      if (isWoken) wake();
    });
  }

  async function run(): Promise<void> {
    callOff();
    let pauseMs: number | null;
    do {
      isWoken = false;
      try {
        pauseMs = await step();
      } catch (error) {
        log.error('the outbox of notifications cannot be used', {
          channelId,
          error: String(error),
        });
        pauseMs = storePauseMs;
      }
    } while (pauseMs === 0 && !closing.signal.aborted);
    if (pauseMs !== null && !closing.signal.aborted) {
      callOff = deps.later(Math.min(pauseMs, longestSleepMs), wake);
    }
  }

  /** Does one thing. Resolves to after how many ms there is the next; null when nothing waits. */
  async function step(): Promise<number | null> {
    const waiting = await rows.waiting(channelId);
    remember(waiting);
    const channel = deps.channel();
    const now = clock.now();
    const isOld = (row: WaitingRow) => now - row.createdAt >= lifeOf(row);
    const known = waiting.find(({ key }) => unrecorded.has(key));
    if (known !== undefined) {
      await record(known, null);
      return 0;
    }
    const over = waiting.find(isOld);
    if (over !== undefined) {
      const error = over.error ?? { code: 'MSG_001', message: 'The channel was switched off.' };
      await rows.recordTry({
        ...{
          id: over.id,
          key: over.key,
          state: 'failed',
          nextTryAt: null,
          doneAt: now,
          isTried: false,
          error,
        },
      });
      return 0;
    }
    const times = waiting.map((row) => row.nextTryAt ?? now);
    nextTryAt = times.length === 0 || !isOpen(channel) ? null : Math.min(...times);
    if (waiting.length === 0) return null;
    if (!isOpen(channel)) return longestSleepMs;
    // A time further away than any wait can only come of a clock that was set back.
    const due = waiting.find(
      ({ nextTryAt: at }) => at === null || at <= now || at - now > retry.maxMs,
    );
    if (due === undefined) return Math.max(1, Math.min(...times) - now);
    await attempt(channel, due);
    return 0;
  }

  /** After a restart the channel fails as it did before. */
  function remember(waiting: readonly WaitingRow[]): void {
    if (failures > 0 || deliveredAt !== null) return;
    const worst = waiting.toSorted((a, b) => b.attempts - a.attempts)[0];
    if (worst === undefined || worst.error === null) return;
    failures = worst.attempts;
    failingSince = worst.createdAt;
    lastError = StationError.fromBody(worst.error);
  }

  async function attempt(channel: OpenChannel, row: WaitingRow): Promise<void> {
    try {
      const notice = StoredNotice.parse(JSON.parse(row.notice));
      await deps.deliver(channel, { notice, key: row.key, signal: closing.signal });
    } catch (error) {
      if (closing.signal.aborted) return;
      const reason = StationError.from(error, 'MSG_001');
      await record(row, reason);
      failed(reason);
      return;
    }
    unrecorded.add(row.key);
    await record(row, null);
    await succeeded();
  }

  async function record(
    { id, key, attempts }: WaitingRow,
    error: StationError | null,
  ): Promise<void> {
    const now = clock.now();
    if (error === null) {
      const done = { state: 'delivered', nextTryAt: null, doneAt: now } as const;
      await rows.recordTry({ id, key, isTried: true, error: null, ...done });
      unrecorded.delete(key);
      return;
    }
    const waitMs = Math.max(
      backoffMs(attempts + 1, retry, deps.random()),
      Math.min(retry.maxMs, (error.retryAfterS ?? 0) * 1000),
    );
    await rows.recordTry({
      ...{ id, key, isTried: true, error: error.toBody() },
      ...{ state: 'waiting', nextTryAt: now + waitMs, doneAt: null },
    });
  }

  function failed(error: StationError): void {
    if (failures === 0) failingSince = clock.now();
    failures += 1;
    lastError = error;
    log.warn('notification not delivered', { channelId, code: error.code, failures });
    if (failures === failingAfter) deps.onStanding(state());
  }

  async function succeeded(): Promise<void> {
    const wasFailing = failures >= failingAfter;
    const hadFailed = failures > 0;
    failures = 0;
    lastError = null;
    deliveredAt = clock.now();
    if (wasFailing) deps.onStanding(state());
    if (hadFailed) await rows.hasten(channelId);
  }

  return {
    state,
    wake,
    async settled() {
      while (running !== null) await running;
    },
    async succeeded() {
      await succeeded();
      wake();
    },
    async close() {
      closing.abort(new StationError('SYS_001', 'The station is closing.'));
      callOff();
      await running;
    },
  };
}

function lifeOf({ phase, severity }: WaitingRow): number {
  return phase === 'report' ? reportLifeMs : lifeMs[severity];
}

function isOpen(channel: OpenChannel | null): channel is OpenChannel {
  return channel !== null && channel.definition.isEnabled;
}
