/**
 * Everything that answers with bytes instead of one answer, for every role, at every door: events, live pictures, files.
 */
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { type CallerRole, includesRole, Role } from '#contract/access.ts';
import { StationError } from '#contract/error.ts';
import { procedures } from '#contract/procedures.ts';
import { serve, type RunningServer } from '#server/serve.ts';
import { createWindowIdentity } from '#shell/window-identity.ts';
import {
  accessRig,
  type AccessRig,
  codeOf,
  cookieOf,
  origin,
  password,
  withUsers,
} from '#test/access-rig.ts';

type Headers = Readonly<Record<string, string>>;

const allRoles = [...Role.options, 'nobody'] satisfies CallerRole[];
/** What is asked, and the least role that gets it */
const overHttp = [
  ['/api/v1/events', 'viewer'],
  ['/api/v1/cameras/gate/preview.mjpeg', procedures['preview.watch'].role],
  ['/api/v1/recordings/clips/c1', procedures['recording.clipBytes'].role],
  ['/api/v1/reports/counts/csv?from=0&to=1&bucket=day', procedures['report.file'].role],
  ['/api/v1/reports/crossings.csv?from=0&to=1', procedures['report.rows'].role],
  ['/metrics', 'viewer'],
] as const;

let rig: AccessRig;
let server: RunningServer;
const headersOf = new Map<string, Headers>();

beforeAll(async () => {
  rig = await accessRig();
  await withUsers(rig);
  server = await serve(rig.station, {
    ...{ host: '127.0.0.1', port: 0, hostNames: '', pageFolder: null, dataFolder: rig.folder },
    ...{ tls: 'off', tlsCertificate: '', tlsKey: '' },
  });
  const chief = { cookie: cookieOf(await rig.signIn('chief', password)) };
  await rig.send('/api/v1/users', {
    headers: chief,
    body: { id: 'gatekeeper', password, role: 'viewer', cameras: ['gate'] },
  });
  for (const user of ['viewer', 'operator', 'ml-engineer', 'admin', 'gatekeeper']) {
    headersOf.set(user, { cookie: cookieOf(await rig.signIn(user, password)) });
  }
  headersOf.set('system', { authorization: `Bearer ${rig.part.access.localKey}` });
  headersOf.set('nobody', {});
  for (const [name, scopes] of [
    ['counts', ['tally.query']],
    ['pictures', ['preview.watch']],
  ] as const) {
    const made = await rig.send('/api/v1/keys', { headers: chief, body: { name, scopes } });
    const { secret } = (await made.json()) as { secret: string };
    headersOf.set(`key for ${name}`, { authorization: `Bearer ${secret}` });
  }
});
afterAll(async () => {
  await server.close();
  await rig.close();
});

const headersFor = (who: string): Headers => headersOf.get(who)!;
const refusal = (role: CallerRole): string => (role === 'nobody' ? 'ACC_001' : 'ACC_002');

/** `let in`, or the code of the refusal. The services of this station answer nothing, so a file is asked for and fails. */
async function get(path: string, who: string): Promise<string> {
  const answer = await rig.send(path, { method: 'GET', headers: headersFor(who) });
  if (answer.ok) {
    await answer.body?.cancel();
    return 'let in';
  }
  const code = await codeOf(answer);
  return code.startsWith('ACC_') ? code : 'let in';
}

/** How a socket for pictures of a camera ends: `open` when it stays, its code, or the status of its refusal. */
function socketFor(who: string, cameraId: string): Promise<string> {
  return new Promise((resolve) => {
    const url = `${server.url.replace('http', 'ws')}/api/v1/preview`;
    // The name of the cookie has the port of the rig in it.
    const headers = { ...headersFor(who), host: new URL(origin).host };
    const socket = new WebSocket(url, { headers });
    onTestFinished(() => socket.terminate());
    socket.on('error', (error) => resolve(error.message));
    socket.on('open', () => {
      socket.send(JSON.stringify({ tiles: [{ tile: 0, cameraId, width: 320, fps: 5 }] }));
      // Read in order: the answer to the ping says that the request was taken.
      socket.ping();
    });
    socket.on('pong', () => resolve('open'));
    socket.on('close', (_code, reason) => resolve(reason.toString('utf8').slice(0, 7)));
    socket.on('unexpected-response', (_request, { statusCode }) => resolve(String(statusCode)));
  });
}

describe.each(overHttp)('%s', (path, needed) => {
  it.each(allRoles)('asked for by %s', async (role) => {
    const isLetIn = includesRole(role, needed);
    const missing = path === '/metrics' ? 'ACC_001' : refusal(role);
    expect(await get(path, role)).toBe(isLetIn ? 'let in' : missing);
  });
});

describe('live pictures by socket', () => {
  it.each(allRoles)('asked for by %s', async (role) => {
    expect(await socketFor(role, 'gate')).toBe(role === 'nobody' ? '401' : 'open');
  });

  it.each([
    ['gatekeeper', 'gate', 'open'],
    ['gatekeeper', 'vault', 'ACC_002'],
    ['key for pictures', 'gate', 'open'],
    ['key for counts', 'gate', 'ACC_002'],
  ])('asked for by %s of the camera %s', async (who, cameraId, outcome) => {
    expect(await socketFor(who, cameraId)).toBe(outcome);
  });
});

describe('live pictures as MJPEG', () => {
  it.each([
    ['gatekeeper', 'gate', 'let in'],
    ['gatekeeper', 'vault', 'ACC_002'],
    ['key for pictures', 'gate', 'let in'],
    ['key for counts', 'gate', 'ACC_002'],
  ])('asked for by %s of the camera %s', async (who, cameraId, outcome) => {
    expect(await get(`/api/v1/cameras/${cameraId}/preview.mjpeg`, who)).toBe(outcome);
  });
});

describe('at the window', () => {
  async function windowOf(role: CallerRole) {
    const identity = createWindowIdentity(rig.part.access);
    const door = rig.station.door(identity, identity.keepSession);
    onTestFinished(() => door.close());
    if (role !== 'nobody') await door.call('session.signIn', { user: role, password });
    return door;
  }
  const windowRoles = allRoles.filter((role) => role !== 'system');

  it.each(windowRoles)('live pictures are asked for by %s', async (role) => {
    const door = await windowOf(role);
    const open = (): unknown =>
      door.stream('preview.watch', { tiles: [] }, () => undefined).close();
    if (role === 'nobody') expect(open).toThrow(StationError);
    else expect(open).not.toThrow();
  });

  it.each(windowRoles)('events are heard by %s', async (role) => {
    const door = await windowOf(role);
    const heard: string[] = [];
    door.listen('lineRemoved', ({ id }) => heard.push(id));
    rig.events.emit('lineRemoved', { id: 'a', cameraId: 'gate' });
    expect(heard).toEqual(role === 'nobody' ? [] : ['a']);
  });
});
