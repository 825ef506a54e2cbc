/**
 * The doors of a station without cameras: the real router, accounts, audit log and HTTP handler, on services that answer
 * nothing.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import type { Role } from '#contract/access.ts';
import { procedures } from '#contract/procedures.ts';
import { createAccessPart, type AccessPart } from '#engine/access-part.ts';
import { silentLogger } from '#engine/base/log.ts';
import { createEmitter, type Emitter } from '#engine/base/emitter.ts';
import { createDoor } from '#engine/create-door.ts';
import { createRouter, type Handlers, type Router, type StreamHandlers } from '#engine/router.ts';
import type { EventMap } from '#engine/site.ts';
import type { Station } from '#engine/station.ts';
import type { Store } from '#engine/store/store.ts';
import { createHttpApp } from '#server/http-app.ts';
import { createStore } from '#engine/store/create-store.ts';
import { storeEntry, testClock, type TestClock } from './store.ts';

export const origin = 'http://127.0.0.1:8790';

export interface AccessRig {
  readonly store: Store;
  readonly folder: string;
  readonly events: Emitter<EventMap>;
  readonly clock: TestClock;
  readonly part: AccessPart;
  readonly router: Router;
  readonly station: Station;
  close(): Promise<void>;
  /** Sends a request from an address, as a browser or a program does. */
  send(path: string, init?: RigRequest): Promise<Response>;
  /** Makes a user and returns the cookie of a session of it. */
  signIn(user: string, password: string, init?: RigRequest): Promise<Response>;
}

export interface RigRequest {
  readonly method?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly from?: string;
}

export async function accessRig(services: Partial<Handlers> = {}): Promise<AccessRig> {
  const clock = testClock();
  const folder = mkdtempSync(path.join(os.tmpdir(), 'tallywatch-access-'));
  const store = await createStore({ folder, entry: storeEntry, clock, log: silentLogger });
  const part = await createAccessPart({
    ...{ store, clock, log: silentLogger, passwordCost: { N: 1024, r: 8, p: 1 } },
    router: () => router,
  });
  const streams: StreamHandlers = {
    'preview.watch': () => ({ update: () => undefined, close: () => undefined }),
  };
  const router = createRouter({ ...services, ...part.handlers } as Handlers, streams, {
    log: silentLogger,
    audit: part.audit,
  });
  const events = createEmitter<EventMap>((error) => {
    throw error;
  });
  const { access } = part;
  const station = {
    ...{ router, events, access },
    metrics: { text: () => Promise.resolve('') },
    resourcesFolder: path.resolve(import.meta.dirname, '../../resources'),
    door: (identity: never, keepSession: never) =>
      createDoor({ router, events, access, identity, keepSession }),
  } as unknown as Station;
  const app = createHttpApp({
    ...{ station, pageFolder: null, isSecure: false },
    hostNames: () => ['127.0.0.1', 'station.test'],
  });

  function send(path: string, init: RigRequest = {}): Promise<Response> {
    const { method = 'POST', body, headers, from = '127.0.0.1' } = init;
    const request = new Request(`${origin}${path}`, {
      method,
      headers: {
        host: '127.0.0.1:8790',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const incoming = { socket: { remoteAddress: from } } as unknown as IncomingMessage;
    return Promise.resolve(app.fetch(request, { incoming }));
  }

  return {
    ...{ store, clock, folder, part, router, station, events, send },
    async close() {
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
    signIn: (user, password, init) =>
      send('/api/v1/call/session.signIn', { ...init, body: { user, password } }),
  };
}

/** The cookie that an answer sets, as a browser would send it back. */
export function cookieOf(response: Response): string {
  return response.headers.get('set-cookie')?.split(';')[0] ?? '';
}

/** The code of the error that an answer carries; `ok` when it carries none. */
export async function codeOf(response: Response): Promise<string> {
  const body = (await response.json()) as { error?: { code: string } } | null;
  return body?.error?.code ?? 'ok';
}

export const password = 'three words or four';

/** Makes the first admin `chief` and one user for each other role, named as the role. */
export async function withUsers(rig: AccessRig): Promise<void> {
  const first = await rig.send('/api/v1/call/user.addFirst', { body: { id: 'chief', password } });
  const admin = { cookie: cookieOf(first) };
  for (const role of ['viewer', 'operator', 'ml-engineer', 'admin'] satisfies Role[]) {
    const added = await rig.send('/api/v1/call/user.add', {
      headers: admin,
      body: { id: role, password, role },
    });
    if (!added.ok) throw new Error(await added.text());
  }
}

/** Every procedure that can be called, with the role it needs. */
export const callable = Object.entries(procedures)
  .filter(([, row]) => row.kind !== 'stream')
  .map(([name, row]) => ({ name, needed: row.role, route: row.route }));
