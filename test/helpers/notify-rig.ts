/**
 * The sender of notifications on a real store, with a clock and timers that the test moves, and receivers on the web that
 * can be stopped and brought back on the same port.
 */
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import type { ChannelDefinition, ChannelSettings } from '#contract/notification.ts';
import { silentLogger } from '#engine/base/log.ts';
import type { Seal } from '#engine/notify/channel-secrets.ts';
import type { NotifyStore } from '#engine/notify/notify-store.ts';
import type { AlertNotice } from '#contract/alert-notice.ts';
import { createNotifier, type Notifier, type NotifierDeps } from '#engine/notify/notifier.ts';
import {
  addNotifications,
  countWaiting,
  hasten,
  listChannels,
  listNotifications,
  recordTry,
  removeChannel,
  saveChannel,
  waitingNotifications,
} from '#engine/store/notifications.ts';
import { memoryDatabase, start, testClock, type TestClock } from './store.ts';

/** Secrets as they are: what is tested is how they are sent. */
export const plainSeal: Seal = { seal: (text) => text, open: (sealed) => sealed };

export interface NotifyRig {
  readonly store: NotifyStore;
  readonly clock: TestClock;
  /** What was announced, as `severity code message` */
  readonly announced: string[];
  notifier: Notifier;
  /** Moves the clock and rings the timers that are due, then waits until nothing is under way. */
  pass(ms: number): Promise<void>;
  /** Ends the sender and starts another one on the same store. */
  restart(): Promise<void>;
}

export async function notifyRig(options: Partial<NotifierDeps> = {}): Promise<NotifyRig> {
  const clock = testClock();
  const store = databaseStore(clock);
  const announced: string[] = [];
  const timers = new Set<{ readonly at: number; readonly act: () => void }>();
  const begin = () =>
    createNotifier({
      ...{ store, clock, log: silentLogger, seal: plainSeal, random: () => 0.5 },
      later(ms, act) {
        const timer = { at: clock.now() + ms, act };
        timers.add(timer);
        return () => timers.delete(timer);
      },
      around: {
        station: 'station-1',
        timeZone: 'Asia/Ho_Chi_Minh',
        pageUrl: 'https://station.example',
        cameraName: (id) => (id === 'gate' ? 'Cổng <chính>' : id),
      },
      notify: ({ severity, code, message }) =>
        announced.push(`${severity} ${code ?? '-'} ${message}`),
      timeoutMs: 2_000,
      ...options,
    });
  const rig: NotifyRig = {
    ...{ store, clock, announced },
    notifier: await begin(),
    async pass(ms) {
      clock.set(clock.now() + ms);
      for (const timer of [...timers].filter(({ at }) => at <= clock.now())) {
        timers.delete(timer);
        timer.act();
      }
      await rig.notifier.settled();
    },
    async restart() {
      await rig.notifier.close();
      timers.clear();
      rig.notifier = await begin();
    },
  };
  onTestFinished(() => rig.notifier.close());
  return rig;
}

/** The tables in a real database, without the threads in front of it, which take long to start. */
export function databaseStore(clock: TestClock): NotifyStore {
  const database = memoryDatabase();
  const soon = <T>(work: () => T): Promise<T> =>
    Promise.resolve().then(() => database.transaction(work).immediate());
  return {
    channels: {
      list: () => soon(() => listChannels(database)),
      save: (channel) => soon(() => saveChannel(database, channel, clock.now())),
      remove: (id) => soon(() => removeChannel(database, id, clock.now())),
    },
    notifications: {
      list: (query) => soon(() => listNotifications(database, query)),
      waiting: (id) => soon(() => waitingNotifications(database, id)),
      counts: () => soon(() => countWaiting(database)),
      add: (rows) => soon(() => addNotifications(database, rows)),
      recordTry: (outcome) => soon(() => recordTry(database, outcome)),
      hasten: (id) => soon(() => hasten(database, id, clock.now())),
    },
  };
}

export function aChannel(
  settings: ChannelSettings,
  change: Partial<ChannelDefinition> = {},
): ChannelDefinition {
  return {
    ...{ id: settings.kind, name: settings.kind, settings, isEnabled: true },
    ...{ language: 'en' as const, minSeverity: 'info' as const },
    ...change,
  };
}

export function aNotice(change: Partial<AlertNotice> = {}): AlertNotice {
  return {
    alertId: 'alert-1',
    ruleId: 'camera-offline',
    metric: 'camera-offline',
    severity: 'warning',
    phase: 'firing',
    ...{ subject: null, cameraId: 'gate', value: null, limit: null, unit: null },
    since: start,
    at: start + 60_000,
    detail: 'No picture for 60 s.',
    ...change,
  };
}

export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Receiver {
  readonly url: string;
  readonly received: Received[];
  /** What it answers from now on; `silent` never answers. */
  answer(status: number | 'silent', headers?: Record<string, string>): void;
  stop(): Promise<void>;
  /** Listens again on the same port. */
  start(): Promise<void>;
}

/** A receiver on the web that keeps what it has taken. */
export async function webReceiver(): Promise<Receiver> {
  const received: Received[] = [];
  let status: number | 'silent' = 200;
  let headers: Record<string, string> = {};
  let server: Server | null = null;
  let port = 0;
  const begin = async () => {
    server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        if (status === 'silent') return;
        if (status < 300) {
          const body = Buffer.concat(chunks).toString();
          received.push({ path: request.url ?? '', headers: request.headers, body });
        }
        response.writeHead(status, headers).end(status < 300 ? 'ok' : 'no such thing');
      });
    });
    const listening = server;
    await new Promise<void>((resolve) => listening.listen(port, '127.0.0.1', resolve));
    port = (listening.address() as AddressInfo).port;
  };
  const stop = async () => {
    const stopping = server;
    server = null;
    if (stopping === null) return;
    await new Promise((resolve) => {
      stopping.close(resolve);
      stopping.closeAllConnections();
    });
  };
  await begin();
  onTestFinished(stop);
  return {
    url: `http://127.0.0.1:${String(port)}`,
    received,
    answer(next, nextHeaders = {}) {
      status = next;
      headers = nextHeaders;
    },
    stop,
    start: begin,
  };
}
