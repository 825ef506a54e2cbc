/**
 * The HTTP door: every procedure under its name and its REST route, events, metrics and the page, as one handler.
 */
import path from 'node:path';
import { type Context, Hono } from 'hono';
import { streamSSE } from 'hono/streaming';
import { ErrorBody, errorCodes, StationError } from '#contract/error.ts';
import { events, type Topic } from '#contract/events.ts';
import { type CallName, procedures } from '#contract/procedures.ts';
import type { Caller } from '#engine/router.ts';
import type { Station } from '#engine/station.ts';
import { createAnswerFormatter } from './answer-format.ts';
import { defaultMaxBodyBytes, readJsonBody } from './read-body.ts';
import { readRoute } from './routes.ts';
import { servePage } from './page.ts';

const keepAliveMs = 15_000;
/** When somebody who was turned away may come again */
const retryAfterSeconds = '2';
/** Events that wait for a slow reader; beyond it the oldest overlay goes first, then the reader is cut off */
const maxWaitingEvents = 1_000;

export interface HttpAppOptions {
  readonly station: Station;
  readonly caller: Caller;
  /** Folder of the built page; null when it is not there */
  readonly pageFolder: string | null;
  /** Host names by which the station may be asked; a page of another site must not reach it through DNS */
  readonly hostNames: () => readonly string[];
}

export function createHttpApp(options: HttpAppOptions): Hono {
  const { station, caller } = options;
  const app = new Hono();
  const formatter = createAnswerFormatter(path.join(station.resourcesFolder, 'api'));

  app.use('*', async (context, next) => {
    refuseForeignHeaders(
      { host: context.req.header('host'), origin: context.req.header('origin') },
      options.hostNames(),
    );
    await next();
    context.header('X-Content-Type-Options', 'nosniff');
    context.header('Referrer-Policy', 'no-referrer');
  });
  app.onError((error, context) => errorResponse(error, context));
  app.notFound((context) =>
    errorResponse(new StationError('REQ_002', `There is nothing at ${context.req.path}.`), context),
  );

  async function answer(context: Context, name: string, input: unknown): Promise<Response> {
    const output = await station.router.call(name, input, {
      caller,
      signal: context.req.raw.signal,
      onProgress: () => undefined,
    });
    const formatted = formatter.format(name, input, output);
    if (formatted === null) return context.json(output as object);
    return context.body(formatted.body, 200, { 'Content-Type': formatted.contentType });
  }

  app.post('/api/v1/call/:name', async (context) =>
    answer(context, context.req.param('name'), await readJson(context, context.req.param('name'))),
  );

  for (const [name, row] of Object.entries(procedures)) {
    if (row.kind === 'stream') continue;
    const { method, path: route } = readRoute(row.route);
    app.on(method, `/api/v1${route}`, async (context) => {
      const hasBody = method !== 'GET' && method !== 'DELETE';
      const body = hasBody ? await readJson(context, name) : {};
      const fields = { ...queryFields(context, name as CallName), ...context.req.param() };
      const input = typeof body === 'object' ? { ...body, ...fields } : body;
      return answer(context, name, input);
    });
  }

  app.get('/api/v1/events', (context) => {
    const topics = readTopics(context.req.query('topics'));
    return streamSSE(context, async (sse) => {
      const waiting: { topic: Topic; data: string }[] = [];
      let wake: () => void = () => undefined;
      const stops = topics.map((topic) =>
        station.events.listen(topic, (event) => {
          if (waiting.length >= maxWaitingEvents) {
            const overlay = waiting.findIndex((entry) => entry.topic === 'overlay');
            if (overlay < 0) sse.abort();
            else waiting.splice(overlay, 1);
          }
          waiting.push({ topic, data: JSON.stringify(event) });
          wake();
        }),
      );
      sse.onAbort(() => {
        for (const stop of stops) stop();
        wake();
      });
      await sse.write(': connected\n\n');
      while (!sse.aborted) {
        const next = waiting.shift();
        if (next) await sse.writeSSE({ event: next.topic, data: next.data });
        else await pauseUntil((resolve) => (wake = resolve), keepAliveMs);
        if (!next && waiting.length === 0) await sse.write(': \n\n');
      }
    });
  });

  app.get('/healthz', (context) => context.json({ ok: true }));
  app.get('/metrics', async (context) =>
    context.text(await station.metrics.text(), 200, {
      'Content-Type': 'text/plain; version=0.0.4; charset=utf-8',
    }),
  );
  app.get('*', (context) => servePage(options.pageFolder, context.req.path));
  return app;
}

function pauseUntil(onWake: (resolve: () => void) => void, limitMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, limitMs);
    onWake(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}

function readJson(context: Context, name: string): Promise<unknown> {
  const row = Object.hasOwn(procedures, name) ? procedures[name as CallName] : null;
  return readJsonBody(context.req.raw, row?.maxBodyBytes ?? defaultMaxBodyBytes);
}

/** Query fields as the schema wants them: text stays text, numbers and booleans are read as such. */
function queryFields(context: Pick<Context, 'req'>, name: CallName): Record<string, unknown> {
  const shape = procedures[name].input.shape as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries(context.req.query()).map(([key, text]): [string, unknown] => {
      const kind = innerType(shape[key]);
      if (kind === 'number' && text.trim() !== '') return [key, Number(text)];
      if (kind === 'boolean')
        return [key, text === 'true' ? true : text === 'false' ? false : text];
      return [key, text];
    }),
  );
}

function innerType(schema: unknown): string | null {
  let def = (schema as { def?: { type: string; innerType?: unknown } } | undefined)?.def;
  while (def?.innerType) def = (def.innerType as { def: typeof def }).def;
  return def?.type ?? null;
}

function readTopics(text: string | undefined): Topic[] {
  const names = (text ?? Object.keys(events).join(',')).split(',').filter((name) => name !== '');
  const unknown = names.find((name) => !Object.hasOwn(events, name));
  if (unknown !== undefined || names.length === 0) {
    throw new StationError(
      'REQ_001',
      `"topics" is wrong: known are ${Object.keys(events).join(', ')}.`,
      { path: 'topics' },
    );
  }
  return names as Topic[];
}

/** A page of another site must neither read nor steer the station through the browser of a guard. */
export function refuseForeignHeaders(
  headers: { readonly host: string | undefined; readonly origin: string | undefined },
  hostNames: readonly string[],
): void {
  const name = (host: string) => host.replace(/:\d+$/, '').toLowerCase();
  if (headers.host === undefined || !hostNames.includes(name(headers.host))) {
    throw new StationError(
      'ACC_002',
      'The station is asked under a host name that is not its own.',
    );
  }
  if (headers.origin !== undefined && headers.origin !== 'null') {
    const origin = URL.parse(headers.origin);
    if (origin?.host.toLowerCase() !== headers.host.toLowerCase()) {
      throw new StationError(
        'ACC_002',
        'A page of another site asked; the station answers its own.',
      );
    }
  }
}

function errorResponse(error: unknown, context: Pick<Context, 'json' | 'header'>): Response {
  const known = StationError.from(error, 'SYS_001');
  const status = errorCodes[known.code].status;
  if (status === 429) context.header('Retry-After', retryAfterSeconds);
  return context.json({ error: ErrorBody.parse(known.toBody()) }, status as 400);
}
