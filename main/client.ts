/**
 * The typed client of a station for other programs: `import { createClient } from 'tallywatch/client'`.
 *
 *   const station = createClient({ url: 'https://station.local:8790', key: process.env.TALLYWATCH_KEY });
 *   const cameras = await station.call('camera.list', {});
 *   for await (const event of station.events(['crossing'])) console.log(event.topic, event.data);
 */
import { ErrorBody, StationError } from '#contract/error.ts';
import { events, type EventOf, type Topic } from '#contract/events.ts';
import { type CallName, type InputOf, type OutputOf, procedures } from '#contract/procedures.ts';

export { StationError } from '#contract/error.ts';
export type { CallName, EventOf, InputOf, OutputOf, Topic };

export interface ClientOptions {
  /** Address of the station, for example `http://127.0.0.1:8790` */
  readonly url: string;
  /** A key made under Access; not needed at the PC of a station without users */
  readonly key?: string | undefined;
  /** Another fetch, for example one that trusts the station's own certificate */
  readonly fetch?: typeof fetch;
}

export interface Client {
  /** Asks for one thing. Rejects with a StationError; with SYS_001 when the station does not answer. */
  call<N extends CallName>(
    name: N,
    input: InputOf<N>,
    options?: { readonly signal?: AbortSignal },
  ): Promise<OutputOf<N>>;
  /** Events of some topics as they happen; ends when the station ends it or `signal` aborts. */
  events<T extends Topic>(
    topics: readonly T[],
    options?: { readonly signal?: AbortSignal },
  ): AsyncGenerator<ClientEvent<T>>;
}

/** One event with its topic. */
export type ClientEvent<T extends Topic> = {
  [K in T]: { readonly topic: K; readonly data: EventOf<K> };
}[T];

export function createClient({ url, key, fetch: send = fetch }: ClientOptions): Client {
  const base = `${url.replace(/\/+$/, '')}/api/v1`;
  const headers = key === undefined ? {} : { authorization: `Bearer ${key}` };

  async function request(path: string, init: RequestInit): Promise<Response> {
    let response: Response;
    try {
      response = await send(`${base}${path}`, init);
    } catch (cause) {
      if (init.signal?.aborted === true) {
        throw new StationError('REQ_004', 'The request was cancelled.', { cause });
      }
      throw new StationError('SYS_001', `The station at ${url} does not answer.`, { cause });
    }
    if (!response.ok) throw await errorOf(response);
    return response;
  }

  return {
    async call(name, input, options = {}) {
      const response = await request(`/call/${name}`, {
        ...{ method: 'POST', body: JSON.stringify(input) },
        headers: { ...headers, 'content-type': 'application/json' },
        ...(options.signal === undefined ? {} : { signal: options.signal }),
      });
      return procedures[name].output.parse(await response.json()) as OutputOf<typeof name>;
    },
    async *events<T extends Topic>(topics: readonly T[], options: { signal?: AbortSignal } = {}) {
      const response = await request(`/events?topics=${topics.join(',')}`, {
        headers: { ...headers, accept: 'text/event-stream' },
        ...(options.signal === undefined ? {} : { signal: options.signal }),
      });
      if (response.body === null) return;
      for await (const { topic, text } of messagesOf(response.body)) {
        const parsed = events[topic].safeParse(JSON.parse(text));
        if (parsed.success) yield { topic, data: parsed.data } as ClientEvent<T>;
      }
    },
  };
}

async function errorOf(response: Response): Promise<StationError> {
  const body = (await response.json().catch(() => null)) as { error?: unknown } | null;
  const known = ErrorBody.safeParse(body?.error);
  if (known.success) return StationError.fromBody(known.data);
  return new StationError('SYS_001', `The station answered with HTTP ${String(response.status)}.`);
}

/** The messages of a stream of server-sent events; each ends with an empty line. */
async function* messagesOf(
  body: ReadableStream<Uint8Array>,
): AsyncGenerator<{ readonly topic: Topic; readonly text: string }> {
  const decoder = new TextDecoder();
  let waiting = '';
  for await (const bytes of body as unknown as AsyncIterable<Uint8Array>) {
    waiting += decoder.decode(bytes, { stream: true });
    const blocks = waiting.split('\n\n');
    waiting = blocks.pop() ?? '';
    for (const block of blocks) {
      const lines = block.split('\n');
      const field = (name: string): string =>
        lines
          .filter((line) => line.startsWith(`${name}:`))
          .map((line) => line.slice(name.length + 1).trim())
          .join('\n');
      const topic = field('event');
      if (Object.hasOwn(events, topic)) yield { topic: topic as Topic, text: field('data') };
    }
  }
}
