/**
 * The link over HTTP: calls as POST, events as a server-sent stream, pictures over one WebSocket.
 */
import { StationError } from '#contract/error.ts';
import { procedures } from '#contract/procedures.ts';
import { createCell } from '../lib/cell.ts';
import { createClockOffset } from '../lib/clock-offset.ts';
import { parseError, parseOutput } from './answer.ts';
import { createEventChannel } from './event-channel.ts';
import type { Connection, StationLink } from './station-link.ts';
import { createTopicListeners } from './topic-listeners.ts';

/** A query that takes longer has no answer, ms. Commands may take long and are cancelled by the person. */
const queryLimitMs = 8000;
/** Asked every two seconds and light: when this takes too long, the station is not there. */
const pulse = 'camera.list';

export interface HttpLinkOptions {
  /** For example `http://127.0.0.1:8790` */
  readonly origin: string;
  readonly fetch?: typeof fetch;
  readonly now?: () => number;
}

export function createHttpLink(options: HttpLinkOptions): StationLink {
  const request = options.fetch ?? fetch.bind(globalThis);
  const now = options.now ?? (() => Date.now());
  const base = `${options.origin}/api/v1`;
  const isSameMachine = /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:|$)/.test(options.origin);
  const connection = createCell<Connection>({ state: 'connecting' });
  const opened = new Set<() => void>();
  const clock = createClockOffset();

  function markLost(): void {
    if (connection.get().state !== 'lost') connection.set({ state: 'lost', since: now() });
  }

  const channel = createEventChannel({
    url: (topics) => `${base}/events?topics=${topics.join(',')}`,
    fetch: request,
    onEvent: (topic, data) => listeners.emit(topic, data),
    onOpen(hadGap) {
      connection.set({ state: 'open' });
      if (!hadGap) return;
      for (const listener of [...opened]) listener();
    },
    onLost: markLost,
  });
  // Views come and go within one tick when the page changes; the stream follows once they have settled.
  let settleTimer: ReturnType<typeof setTimeout> | undefined;
  const listeners = createTopicListeners(() => {
    clearTimeout(settleTimer);
    settleTimer = setTimeout(() => channel.setTopics(listeners.topics()), 20);
  });

  return {
    connection,
    async call(name, input, callOptions = {}) {
      const limit = AbortSignal.timeout(queryLimitMs);
      const signals = [
        ...(procedures[name].kind === 'query' ? [limit] : []),
        ...(callOptions.signal === undefined ? [] : [callOptions.signal]),
      ];
      const sentAt = now();
      let response: Response;
      let body: unknown;
      try {
        response = await request(`${base}/call/${name}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(input),
          signal: AbortSignal.any(signals),
        });
        body = await readJson(response);
      } catch (cause) {
        if (callOptions.signal?.aborted === true) {
          throw new StationError('REQ_004', 'The request was cancelled.', { cause });
        }
        // Events may seem open for minutes on a dead network; a call that finds no answer is the proof.
        if (!limit.aborted || name === pulse) {
          markLost();
          channel.restart();
        }
        throw new StationError(
          'SYS_001',
          limit.aborted
            ? `The station has not answered within ${queryLimitMs / 1000} s: it is busy. Try again.`
            : 'The station does not answer; check that it is running.',
          { cause },
        );
      }
      const stated = Date.parse(response.headers.get('date') ?? '');
      if (!Number.isNaN(stated)) clock.observe(sentAt, stated, now());
      if (response.ok) return parseOutput(name, body);
      throw parseError(
        isRecord(body) ? body['error'] : null,
        `The station answered ${name} with HTTP ${response.status}.`,
      );
    },
    listen: (topic, listener) => listeners.add(topic, listener),
    openPreview(handlers) {
      const socket = new WebSocket(`${base.replace(/^http/, 'ws')}/preview`);
      socket.binaryType = 'arraybuffer';
      let isClosed = false;
      socket.addEventListener('open', () => handlers.onOpen());
      socket.addEventListener('message', (message: MessageEvent<unknown>) => {
        if (message.data instanceof ArrayBuffer) handlers.onBytes(new Uint8Array(message.data));
      });
      socket.addEventListener('close', () => {
        if (!isClosed) handlers.onClosed();
      });
      return {
        request(wanted) {
          if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(wanted));
        },
        close() {
          isClosed = true;
          socket.close();
        },
      };
    },
    onOpened(listener) {
      opened.add(listener);
      return () => {
        opened.delete(listener);
      };
    },
    stationNow: () => now() + (isSameMachine ? 0 : clock.offsetMs()),
    close() {
      clearTimeout(settleTimer);
      channel.close();
    },
  };
}

async function readJson(response: Response): Promise<unknown> {
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    // A proxy or a wrong address answers with a page; the status says what there is to say.
    return null;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
