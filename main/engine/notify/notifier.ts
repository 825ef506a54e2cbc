/**
 * Tells people about alerts and sends them reports: writes each notice into the outbox of each of its channels, and lets every
 * channel send in its own time.
 */
import { randomUUID } from 'node:crypto';
import { StationError } from '#contract/error.ts';
import { AlertSeverity, builtInChannels } from '#contract/alert.ts';
import { type ChannelDefinition, type ChannelState, fileChannels } from '#contract/notification.ts';
import type { AlertNotice } from '#contract/alert-notice.ts';
import type { Clock } from '#engine/base/clock.ts';
import type { Logger } from '#engine/base/log.ts';
import { createChannelBook, type OpenChannel, type Seal } from './channel-secrets.ts';
import type { Surroundings } from './compose.ts';
import { deliver } from './deliver.ts';
import { createLane, type Lane, type LaneDeps } from './lane.ts';
import { type Notice, testNotice } from './notice.ts';
import type { NotifyStore } from './notify-store.ts';
import { reportNotice, type SentReport } from './report-notice.ts';

export interface NotifierDeps {
  readonly store: NotifyStore;
  readonly seal: Seal;
  readonly clock: Clock;
  readonly log: Logger;
  /** 0…1, for the jitter of waits */
  readonly random: () => number;
  /** Calls `act` once after `ms`; what it returns calls it off. */
  readonly later: LaneDeps['later'];
  readonly around: Omit<Surroundings, 'language'>;
  /** A channel began to fail, or delivers again: something a person should read. */
  readonly notify: (notice: {
    readonly severity: 'info' | 'error';
    readonly code: string | null;
    readonly message: string;
  }) => void;
  /** How long one try may take, ms; 10 s when left out */
  readonly timeoutMs?: number;
}

export interface Notifier {
  /** Tells it to the channels with these ids, as far as they are enabled and the notice is serious enough for them. */
  send(notice: AlertNotice, channels: readonly string[]): void;
  /**
   * Puts a report into the outbox of channels; in there when it resolves.
   * @returns those of the ids that cannot take it: removed, switched off, or of a kind without files
   */
  sendReport(report: SentReport, channels: readonly string[]): Promise<string[]>;
  /** Channels with their secrets, in the order of their ids. */
  channels(): readonly OpenChannel[];
  state(channelId: string): ChannelState;
  /** Adds a channel or changes one. Rejects as the store does. */
  save(definition: ChannelDefinition, secret: string): Promise<void>;
  /** Rejects with REQ_002 when there is none. */
  remove(channelId: string): Promise<void>;
  /** Sends a test at once. Rejects with REQ_002 when there is no such channel, MSG_001 and MSG_002. */
  test(channelId: string): Promise<void>;
  /** Resolves when everything sent so far is in the outbox and no channel is at work. */
  settled(): Promise<void>;
  /** Ends what is under way; what waits is sent after the next start. */
  close(): Promise<void>;
}

const usualTimeoutMs = 10_000;

/** Starts to send what still waits from the last run. Rejects as the store does. */
export async function createNotifier(deps: NotifierDeps): Promise<Notifier> {
  const { store, clock, log, around, timeoutMs = usualTimeoutMs } = deps;
  const book = createChannelBook(store, deps.seal);
  const closing = new AbortController();
  const lanes = new Map<string, Lane>();
  let channels: readonly OpenChannel[] = await book.list();
  let writing: Promise<void> = Promise.resolve();

  const channelOf = (id: string): OpenChannel | null =>
    channels.find(({ definition }) => definition.id === id) ?? null;

  function laneOf(channelId: string): Lane {
    const known = lanes.get(channelId);
    if (known !== undefined) return known;
    const lane = createLane({
      ...{ channelId, clock, log, random: deps.random, later: deps.later },
      rows: store.notifications,
      channel: () => channelOf(channelId),
      deliver: (channel, sending) =>
        deliver(channel, { ...sending, at: clock.now(), around, timeoutMs }),
      onStanding: (state) => announce(channelId, state),
    });
    lanes.set(channelId, lane);
    return lane;
  }

  function announce(channelId: string, state: ChannelState): void {
    const name = channelOf(channelId)?.definition.name ?? channelId;
    if (state.state !== 'failing') {
      const message = `The channel "${name}" delivers notifications again.`;
      deps.notify({ severity: 'info', code: null, message });
      return;
    }
    const { code, message } = state.error;
    deps.notify({
      severity: 'error',
      code,
      message: `The channel "${name}" does not deliver notifications: ${message}`,
    });
  }

  async function write(notice: Notice, wanted: readonly OpenChannel[]): Promise<void> {
    const { alertId, phase, severity, metric, cameraId } = notice;
    const rows = wanted.map(({ definition }) => ({
      ...{ channelId: definition.id, alertId, phase, severity, metric, cameraId },
      ...{ notice: JSON.stringify(notice), key: randomUUID(), createdAt: clock.now() },
    }));
    try {
      await store.notifications.add(rows);
    } catch (error) {
      // An alert about the database must get out without it: once, and it is lost where that fails.
      log.error('notification not written', { alertId, error: String(error) });
      for (const channel of wanted) void sendUnwritten(notice, channel);
      return;
    }
    for (const { definition } of wanted) laneOf(definition.id).wake();
  }

  async function sendUnwritten(notice: Notice, channel: OpenChannel): Promise<void> {
    const sending = { notice, key: randomUUID(), at: clock.now(), around, timeoutMs };
    try {
      await deliver(channel, { ...sending, signal: closing.signal });
    } catch (error) {
      const { code } = StationError.from(error, 'MSG_001');
      log.error('notification lost', { channelId: channel.definition.id, code });
    }
  }

  for (const { definition } of channels) laneOf(definition.id).wake();

  return {
    send(notice, ids) {
      const unknown = ids.filter((id) => channelOf(id) === null && !isBuiltIn(id));
      if (unknown.length > 0) {
        log.warn('no such channel', { channels: unknown, alertId: notice.alertId });
      }
      const wanted = channels.filter(
        ({ definition }) => ids.includes(definition.id) && takes(definition, notice),
      );
      if (wanted.length > 0) writing = writing.then(() => write(notice, wanted));
    },
    async sendReport(report, ids) {
      const wanted = channels.filter(
        ({ definition: { id, isEnabled, settings } }) =>
          ids.includes(id) && isEnabled && fileChannels.includes(settings.kind),
      );
      writing = writing.then(() => write(reportNotice(report), wanted));
      await writing;
      return ids.filter((id) => !wanted.some(({ definition }) => definition.id === id));
    },
    channels: () => channels,
    state: (channelId) => lanes.get(channelId)?.state() ?? { state: 'unused' },
    async save(definition, secret) {
      await book.save(definition, secret);
      channels = await book.list();
      laneOf(definition.id).wake();
    },
    async remove(channelId) {
      await store.channels.remove(channelId);
      channels = await book.list();
      await lanes.get(channelId)?.close();
      lanes.delete(channelId);
    },
    async test(channelId) {
      const channel = channelOf(channelId);
      if (channel === null)
        throw new StationError('REQ_002', `There is no channel "${channelId}".`);
      await deliver(channel, {
        notice: testNotice(channelId, clock.now()),
        ...{ key: randomUUID(), at: clock.now(), around, timeoutMs, signal: closing.signal },
      });
      await laneOf(channelId).succeeded();
    },
    async settled() {
      await writing;
      await Promise.all([...lanes.values()].map((lane) => lane.settled()));
    },
    async close() {
      await writing;
      closing.abort(new StationError('SYS_001', 'The station is closing.'));
      await Promise.all([...lanes.values()].map((lane) => lane.close()));
    },
  };
}

/** Those that every station has are served by the page. */
function isBuiltIn(id: string): boolean {
  return builtInChannels.some((known) => known === id);
}

/** Whether a channel is told this at all. */
function takes({ isEnabled, minSeverity }: ChannelDefinition, notice: AlertNotice): boolean {
  const rank = (severity: AlertSeverity) => AlertSeverity.options.indexOf(severity);
  if (!isEnabled) return false;
  return notice.phase === 'test' || rank(notice.severity) >= rank(minSeverity);
}
