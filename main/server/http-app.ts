/**
 * The HTTP door: every procedure under its name and its REST route, events, metrics and the page, as one handler.
 */
import type { IncomingMessage } from 'node:http';
import path from 'node:path';
import { type Context, Hono } from 'hono';
import { includesRole } from '#contract/access.ts';
import { ErrorBody, errorCodes, StationError } from '#contract/error.ts';
import type { Procedure } from '#contract/procedure.ts';
import { type CallName, type OutputOf, procedures } from '#contract/procedures.ts';
import type { Identity } from '#engine/access/access.ts';
import { sessionRules } from '#engine/access/session-rules.ts';
import { newRequestId } from '#engine/base/request-scope.ts';
import type { CallContext } from '#engine/router.ts';
import type { Station } from '#engine/station.ts';
import { createAnswerFormatter } from './answer-format.ts';
import { apiDocuments } from './api-page.ts';
import { answerClip } from './clip-route.ts';
import { readCredentials, sessionCookie } from './credentials.ts';
import { streamEvents } from './event-stream.ts';
import { refuseForeignHeaders } from './guards.ts';
import { streamMjpeg } from './mjpeg.ts';
import { servePage } from './page.ts';
import { readFields } from './query-fields.ts';
import { type BodyShare, createBodyRoom } from './read-body.ts';
import { readInput } from './read-input.ts';
import { createRequestRate } from './request-rate.ts';
import { answerFile, answerRows } from './report-route.ts';
import { readRoute } from './routes.ts';

/** Of one address; a busy page sends a few a second, a program that infers a hundred. */
const requestRule = { perSecond: 400, burst: 1_200 };
/** Of one address as long as nobody is signed in there */
const strangerRule = { perSecond: 10, burst: 60 };
/** Bodies of all open requests together: four full batches, or many hundred pictures */
const bodyRoomBytes = 256_000_000;

const requestIdHeader = 'X-Request-Id';

export interface HttpAppOptions {
  readonly station: Station;
  /** Folder of the built page; null when it is not there */
  readonly pageFolder: string | null;
  /** Host names by which the station may be asked; a page of another site must not reach it through DNS */
  readonly hostNames: () => readonly string[];
  /** Whether requests come over TLS */
  readonly isSecure: boolean;
}

interface Env {
  Variables: { readonly identity: Identity; readonly requestId: string };
  Bindings: { readonly incoming?: IncomingMessage };
}
type ApiContext = Context<Env>;

export function createHttpApp(options: HttpAppOptions): Hono<Env> {
  const { station } = options;
  const app = new Hono<Env>();
  const requests = createRequestRate(requestRule);
  const strangers = createRequestRate(strangerRule);
  const bodies = createBodyRoom(bodyRoomBytes);
  const formatter = createAnswerFormatter(path.join(station.resourcesFolder, 'api'));

  app.use('*', async (context: ApiContext, next) => {
    const isApi = context.req.path.startsWith('/api/');
    context.set('requestId', requestIdOf(context));
    limit(requests.take(addressOf(context), performance.now()));
    refuseForeignHeaders(
      {
        host: context.req.header('host'),
        origin: context.req.header('origin'),
        // The page itself may be reached by a link on another site; it comes without rights of its own.
        fetchSite: isApi ? context.req.header('sec-fetch-site') : undefined,
      },
      options.hostNames(),
    );
    await next();
    context.header('X-Content-Type-Options', 'nosniff');
    context.header('Referrer-Policy', 'no-referrer');
    if (isApi) {
      context.header('Cache-Control', 'no-store');
      context.header(requestIdHeader, context.get('requestId'));
    }
  });
  app.onError((error, context) => errorResponse(error, context));
  app.notFound((context) => errorResponse(nothingAt(context.req.path), context));

  /** Everything below here knows who asks. */
  async function identify(context: ApiContext, next: () => Promise<void>): Promise<void> {
    const identity = station.access.identify(
      readCredentials({
        header: (name) => context.req.header(name),
        remoteAddress: context.env.incoming?.socket.remoteAddress,
      }),
    );
    if (identity.caller().role === 'nobody') {
      limit(strangers.take(addressOf(context), performance.now()));
    }
    context.set('identity', identity);
    await next();
  }
  app.use('/api/*', identify);
  app.use('/metrics', identify);

  type ReadInput = (share: BodyShare) => Promise<unknown>;

  async function answer(context: ApiContext, name: string, read: ReadInput): Promise<Response> {
    const share = bodies.open();
    try {
      return await answerTo(context, name, isWelcome(context, name) ? await read(share) : {});
    } finally {
      share.close();
    }
  }

  async function answerTo(context: ApiContext, name: string, input: unknown): Promise<Response> {
    const output = await station.router.call(name, input, {
      ...callOf(context),
      keepSession: (secret) =>
        context.header(
          'Set-Cookie',
          sessionCookie(secret, {
            host: context.req.header('host'),
            isSecure: options.isSecure,
            maxAgeS: sessionRules.longestMs / 1_000,
          }),
        ),
    });
    const formatted = formatter.format(name, input, output);
    if (formatted === null) return context.json(output as object);
    return context.body(formatted.body, 200, { 'Content-Type': formatted.contentType });
  }

  for (const [path, write] of apiDocuments) app.get(path, () => write());
  app.post('/api/v1/call/:name', (context) => {
    const name = context.req.param('name');
    return answer(context, name, (share) => readInput(context.req.raw, name, share));
  });
  for (const [name, row] of Object.entries(procedures)) {
    if (row.kind === 'stream') continue;
    const { method, path: route } = readRoute(row.route);
    const hasBody = method !== 'GET' && method !== 'DELETE';
    app.on(method, `/api/v1${route}`, (context) =>
      answer(context, name, async (share) => {
        const body = hasBody ? await readInput(context.req.raw, name, share) : {};
        const fields = {
          ...readFields(context.req.query(), name as CallName),
          ...context.req.param(),
        };
        const isObject = typeof body === 'object' && body !== null && !Array.isArray(body);
        return isObject ? { ...body, ...fields } : body;
      }),
    );
  }
  app.get('/api/v1/recordings/clips/:id', (context) =>
    answerClip(context, context.req.param('id'), async (id, offset) => {
      const part = await station.router.call(
        'recording.clipBytes',
        { id, offset },
        callOf(context),
      );
      return part as OutputOf<'recording.clipBytes'>;
    }),
  );
  async function ask<N extends CallName>(
    context: ApiContext,
    name: N,
    more: object,
  ): Promise<OutputOf<N>> {
    const input = { ...readFields(context.req.query(), name), ...more };
    const output = await station.router.call(name, input, callOf(context));
    return output as OutputOf<N>;
  }
  app.get('/api/v1/reports/counts/:format', async (context) =>
    answerFile(await ask(context, 'report.file', { format: context.req.param('format') })),
  );
  app.get('/api/v1/reports/crossings.csv', (context) =>
    answerRows((after) => ask(context, 'report.rows', after ?? {})),
  );
  app.get('/api/v1/events', (context) => streamEvents(context, station, context.get('identity')));
  app.get('/api/v1/cameras/:id/preview.mjpeg', (context) =>
    streamMjpeg(station, context.get('identity'), {
      cameraId: context.req.param('id'),
      width: Number(context.req.query('width') ?? 640),
      fps: Number(context.req.query('fps') ?? 5),
    }),
  );
  app.all('/api/*', (context) => errorResponse(nothingAt(context.req.path), context));

  // Whoever watches the station from outside has no key; what is wrong in words is for those who have one.
  app.get('/healthz', (context) => context.json({ ok: true }));
  app.get('/readyz', (context) => {
    const { isReady, failing } = station.readiness();
    return context.json({ ready: isReady, failing }, isReady ? 200 : 503);
  });
  app.get('/metrics', async (context) => {
    if (!includesRole(context.get('identity').caller().role, 'viewer')) {
      throw new StationError('ACC_001', 'Send a key: "Authorization: Bearer tw_…".');
    }
    return context.text(await station.metrics.text(), 200, {
      'Content-Type': 'text/plain; version=0.0.4; charset=utf-8',
    });
  });
  app.get('*', (context) => servePage(options.pageFolder, context.req.path));
  return app;
}

/** What the router gets to know of a request. */
function callOf(context: ApiContext): CallContext {
  return {
    caller: context.get('identity').caller(),
    signal: context.req.raw.signal,
    onProgress: () => undefined,
    requestId: context.get('requestId'),
  };
}

/** That of the program that asks, where it has one we can keep: its log and ours are then about the same request. */
function requestIdOf(context: ApiContext): string {
  const given = context.req.header(requestIdHeader) ?? '';
  return /^[\w.-]{1,64}$/.test(given) ? given : newRequestId();
}

/** Whether a body is read at all: a large one only of those who may send it. The router says why not. */
function isWelcome(context: ApiContext, name: string): boolean {
  const row: Procedure | null = Object.hasOwn(procedures, name)
    ? procedures[name as CallName]
    : null;
  return (
    row?.maxBodyBytes === undefined || includesRole(context.get('identity').caller().role, row.role)
  );
}

function addressOf(context: ApiContext): string {
  return context.env.incoming?.socket.remoteAddress ?? 'unknown';
}

/** @throws StationError ACC_004 while `waitMs` is above zero */
function limit(waitMs: number): void {
  if (waitMs === 0) return;
  throw new StationError('ACC_004', 'Too many requests from this address; slow down.', {
    retryAfterS: Math.ceil(waitMs / 1_000),
  });
}

function nothingAt(path: string): StationError {
  return new StationError('REQ_002', `There is nothing at ${path.slice(0, 200)}.`);
}

function errorResponse(error: unknown, context: ApiContext): Response {
  const known = StationError.from(error, 'SYS_001').ofRequest(context.get('requestId'));
  context.header(requestIdHeader, known.requestId);
  const { status } = errorCodes[known.code];
  if (status === 429) context.header('Retry-After', String(known.retryAfterS ?? 1));
  if (status === 401) context.header('WWW-Authenticate', 'Bearer realm="tallywatch"');
  return context.json({ error: ErrorBody.parse(known.toBody()) }, status as 400);
}
