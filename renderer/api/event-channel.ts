/**
 * One stream of server-sent events that is always there again: it reconnects with growing waits, and changes its
 * topics without a gap by opening the new stream before it leaves the old one.
 */
import type { Topic } from '#contract/events.ts';
import { createEventStreamParser } from '../lib/event-stream-parser.ts';

const firstRetryMs = 500;
const maxRetryMs = 5000;
const connectLimitMs = 8000;

export interface EventChannelOptions {
  readonly url: (topics: readonly Topic[]) => string;
  readonly fetch: typeof fetch;
  readonly onEvent: (topic: string, data: unknown) => void;
  /** A stream is open; `hadGap` unless it took over from another that was still open */
  readonly onOpen: (hadGap: boolean) => void;
  readonly onLost: () => void;
}

export interface EventChannel {
  setTopics(topics: readonly Topic[]): void;
  /** Leaves the present stream as dead and opens another at once. */
  restart(): void;
  close(): void;
}

interface Stream {
  readonly abort: AbortController;
  limit?: ReturnType<typeof setTimeout>;
}

export function createEventChannel(options: EventChannelOptions): EventChannel {
  let topics: readonly Topic[] = [];
  let current: Stream | null = null;
  let opening: Stream | null = null;
  let attempt = 0;
  let retryTimer: ReturnType<typeof setTimeout> | undefined;
  let isClosed = false;

  function start(): void {
    clearTimeout(retryTimer);
    drop(opening);
    opening = null;
    if (topics.length === 0 || isClosed) {
      current?.abort.abort();
      current = null;
      return;
    }
    const stream: Stream = { abort: new AbortController() };
    opening = stream;
    stream.limit = setTimeout(() => lose(stream), connectLimitMs);
    // Whatever ends a stream, a clean end or an error, the answer is the same: open another.
    void readStream(stream).then(
      () => lose(stream),
      () => lose(stream),
    );
  }

  async function readStream(stream: Stream): Promise<void> {
    const response = await options.fetch(options.url(topics), {
      headers: { accept: 'text/event-stream' },
      cache: 'no-store',
      signal: stream.abort.signal,
    });
    if (!response.ok || response.body === null) throw new Error(`HTTP ${response.status}`);
    clearTimeout(stream.limit);
    const hadGap = current === null;
    current?.abort.abort();
    current = stream;
    if (opening === stream) opening = null;
    attempt = 0;
    options.onOpen(hadGap);
    const parse = createEventStreamParser();
    const decoder = new TextDecoder();
    const reader = response.body.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      for (const event of parse(decoder.decode(value, { stream: true }))) {
        if (current === stream) options.onEvent(event.topic, parseJson(event.data));
      }
    }
  }

  function lose(stream: Stream): void {
    if (stream.abort.signal.aborted) return;
    clearTimeout(stream.limit);
    stream.abort.abort();
    if (opening === stream) opening = null;
    if (current === stream) current = null;
    if (isClosed) return;
    if (current === null) options.onLost();
    attempt += 1;
    clearTimeout(retryTimer);
    retryTimer = setTimeout(start, Math.min(maxRetryMs, firstRetryMs * 2 ** (attempt - 1)));
  }

  return {
    setTopics(next) {
      if (next.join() === topics.join()) return;
      topics = [...next];
      attempt = 0;
      start();
    },
    restart() {
      if (opening !== null) return;
      current?.abort.abort();
      current = null;
      start();
    },
    close() {
      isClosed = true;
      clearTimeout(retryTimer);
      drop(opening);
      drop(current);
    },
  };
}

function drop(stream: Stream | null): void {
  clearTimeout(stream?.limit);
  stream?.abort.abort();
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
