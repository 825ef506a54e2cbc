/**
 * Who gets in at the HTTP door, and what keeps others out: first admin, sessions, keys, limits, foreign pages, streams.
 */
import { describe, expect, it, onTestFinished } from 'vitest';
import type { AuditRow } from '#contract/audit.ts';
import type { SessionState } from '#contract/account.ts';
import { fakeCamera, fakeLine } from '#test/fake-ledger.ts';
import {
  accessRig,
  type AccessRig,
  codeOf,
  cookieOf,
  password,
  type RigRequest,
  withUsers,
} from '#test/access-rig.ts';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

async function open(services: Parameters<typeof accessRig>[0] = {}): Promise<AccessRig> {
  const rig = await accessRig({ 'camera.list': () => [], ...services });
  onTestFinished(() => rig.close());
  return rig;
}

async function closed(services: Parameters<typeof accessRig>[0] = {}): Promise<AccessRig> {
  const rig = await open(services);
  await withUsers(rig);
  return rig;
}

const list = (rig: AccessRig, init: RigRequest = {}) =>
  rig.send('/api/v1/cameras', { method: 'GET', ...init });
const stateOf = async (rig: AccessRig, cookie: string): Promise<SessionState> =>
  (await (
    await rig.send('/api/v1/session', { method: 'GET', headers: { cookie } })
  ).json()) as SessionState;

describe('a station without users', () => {
  it('takes whoever sits at its PC for an admin', async () => {
    const rig = await open();
    expect(await codeOf(await list(rig))).toBe('ok');
    expect(await stateOf(rig, '')).toMatchObject({ isOpen: true, role: 'admin', userId: null });
  });

  it.each([
    ['from another PC', { from: '10.0.0.9' }],
    ['through a proxy on this PC', { headers: { 'x-forwarded-for': '10.0.0.9' } }],
  ] satisfies [string, RigRequest][])('lets nobody in %s', async (_, init) => {
    const rig = await open();
    expect(await codeOf(await list(rig, init))).toBe('ACC_001');
    const first = await rig.send('/api/v1/users/first', { ...init, body: { id: 'x', password } });
    expect(await codeOf(first)).toBe('ACC_001');
  });

  it('closes with the first admin, who is signed in at once', async () => {
    const rig = await open();
    const first = await rig.send('/api/v1/users/first', { body: { id: 'chief', password } });
    expect(first.headers.get('set-cookie')).toMatch(
      /^tallywatch-8790=[\w-]{43}; Max-Age=\d+; Path=\/; HttpOnly; SameSite=Strict$/,
    );
    expect(await codeOf(await list(rig))).toBe('ACC_001');
    expect(await codeOf(await list(rig, { headers: { cookie: cookieOf(first) } }))).toBe('ok');
    const second = await rig.send('/api/v1/users/first', {
      ...{ headers: { cookie: cookieOf(first) }, body: { id: 'other', password } },
    });
    expect(await codeOf(second)).toBe('REQ_003');
  });

  it.each([
    ['short', 'too short', 'REQ_001'],
    ['with the name in it', 'chief chief chief', 'REQ_001'],
  ])('takes no first password that is %s', async (_, weak, code) => {
    const rig = await open();
    const first = await rig.send('/api/v1/users/first', { body: { id: 'chief', password: weak } });
    expect(await codeOf(first)).toBe(code);
    expect(rig.part.access.isOpen()).toBe(true);
  });
});

describe('a session', () => {
  it('ends when it is signed out', async () => {
    const rig = await closed();
    const cookie = cookieOf(await rig.signIn('viewer', password));
    const out = await rig.send('/api/v1/session', { method: 'DELETE', headers: { cookie } });
    expect(out.headers.get('set-cookie')).toContain('Max-Age=0');
    expect(await codeOf(await list(rig, { headers: { cookie } }))).toBe('ACC_001');
  });

  it('locks to looking when nobody touches it, and opens by the password', async () => {
    const rig = await closed({ 'camera.remove': () => ({}) });
    const cookie = cookieOf(await rig.signIn('admin', password));
    rig.clock.set(rig.clock.now() + 16 * minuteMs);
    expect(await stateOf(rig, cookie)).toMatchObject({
      ...{ isLocked: true, role: 'viewer', fullRole: 'admin' },
    });
    const remove = (value: string) =>
      rig.send('/api/v1/cameras/gate', { method: 'DELETE', headers: { cookie: value } });
    expect(await codeOf(await list(rig, { headers: { cookie } }))).toBe('ok');
    expect(await codeOf(await remove(cookie))).toBe('ACC_002');
    await rig.send('/api/v1/session/touch', { headers: { cookie } });
    expect(await codeOf(await remove(cookie))).toBe('ACC_002');
    const unlocked = await rig.send('/api/v1/session/unlock', {
      ...{ headers: { cookie }, body: { password } },
    });
    expect(await codeOf(await remove(cookieOf(unlocked)))).toBe('ok');
    expect(await codeOf(await list(rig, { headers: { cookie } }))).toBe('ACC_001');
  });

  it('does not lock while somebody is there', async () => {
    const rig = await closed();
    const cookie = cookieOf(await rig.signIn('operator', password));
    for (let quarter = 0; quarter < 4; quarter += 1) {
      rig.clock.set(rig.clock.now() + 10 * minuteMs);
      await rig.send('/api/v1/session/touch', { headers: { cookie } });
    }
    expect(await stateOf(rig, cookie)).toMatchObject({ isLocked: false, role: 'operator' });
  });

  it.each([
    ['a week without a request', [8]],
    ['a month, whatever was asked', [5, 5, 5, 5, 5, 5, 5]],
  ])('ends after %s', async (_, steps) => {
    const rig = await closed();
    const cookie = cookieOf(await rig.signIn('viewer', password));
    let last = 'ok';
    for (const days of steps) {
      expect(last).toBe('ok');
      rig.clock.set(rig.clock.now() + days * dayMs);
      last = await codeOf(await list(rig, { headers: { cookie } }));
    }
    expect(last).toBe('ACC_001');
  });

  it.each([
    ['switched off', 'PUT', '/api/v1/users/viewer', { isEnabled: false }],
    ['removed', 'DELETE', '/api/v1/users/viewer', undefined],
    ['given a new password', 'POST', '/api/v1/users/viewer/password', { password: `${password}!` }],
  ])('ends with a user who is %s', async (_, method, path, body) => {
    const rig = await closed();
    const cookie = cookieOf(await rig.signIn('viewer', password));
    const chief = cookieOf(await rig.signIn('chief', password));
    const change = await rig.send(path, {
      ...{ method, headers: { cookie: chief } },
      ...(body === undefined ? {} : { body }),
    });
    expect(await codeOf(change)).toBe('ok');
    expect(await codeOf(await list(rig, { headers: { cookie } }))).toBe('ACC_001');
  });

  it('outlives a restart of the station, and its secret is nowhere in the database', async () => {
    const rig = await closed();
    const cookie = cookieOf(await rig.signIn('viewer', password));
    const { sessions, users } = await rig.store.accounts.load();
    expect(sessions.some((session) => session.userId === 'viewer')).toBe(true);
    const stored = JSON.stringify([sessions, users]);
    expect(stored).not.toContain(cookie.split('=')[1]);
    expect(stored).not.toContain(password);
  });
});

describe('passwords', () => {
  it('are tried a few times only, whoever asks for whatever name', async () => {
    const rig = await closed();
    const tries = async (user: string, from: string, count: number): Promise<string[]> => {
      const codes: string[] = [];
      for (let index = 0; index < count; index += 1) {
        codes.push(await codeOf(await rig.signIn(user, `wrong ${String(index)}`, { from })));
      }
      return codes;
    };
    expect(await tries('chief', '10.0.0.5', 7)).toEqual([
      ...['ACC_003', 'ACC_003', 'ACC_003', 'ACC_003', 'ACC_003', 'ACC_004', 'ACC_004'],
    ]);
    const waiting = await rig.signIn('chief', password, { from: '10.0.0.5' });
    expect(Number(waiting.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await codeOf(waiting)).toBe('ACC_004');
    // The user himself, elsewhere, is not kept out by it.
    expect(await codeOf(await rig.signIn('chief', password, { from: '10.0.0.6' }))).toBe('ok');
    rig.clock.set(rig.clock.now() + 16 * minuteMs);
    expect(await codeOf(await rig.signIn('chief', password, { from: '10.0.0.5' }))).toBe('ok');
  });

  it('of many names from one address are tried a few times only', async () => {
    const rig = await closed();
    const codes: string[] = [];
    for (let index = 0; index < 24; index += 1) {
      codes.push(await codeOf(await rig.signIn(`user${String(index)}`, password)));
    }
    expect(codes.indexOf('ACC_004')).toBe(20);
  });

  it('say the same of a wrong name as of a wrong password', async () => {
    const rig = await closed();
    const [name, word] = await Promise.all([
      rig.signIn('nobody-here', password),
      rig.signIn('chief', 'wrong password'),
    ]);
    const said = async (answer: Response): Promise<unknown> => {
      const { error } = (await answer.json()) as { error: Record<string, unknown> };
      return { ...error, requestId: null };
    };
    expect(await said(name)).toEqual(await said(word));
  });

  it('are changed by their user, which ends the other sessions', async () => {
    const rig = await closed();
    const [one, other] = [
      await rig.signIn('viewer', password),
      await rig.signIn('viewer', password),
    ];
    const changed = await rig.send('/api/v1/session/password', {
      headers: { cookie: cookieOf(one) },
      body: { password, newPassword: 'another four words' },
    });
    expect(await codeOf(changed)).toBe('ok');
    expect(await codeOf(await list(rig, { headers: { cookie: cookieOf(one) } }))).toBe('ok');
    expect(await codeOf(await list(rig, { headers: { cookie: cookieOf(other) } }))).toBe('ACC_001');
    expect(await codeOf(await rig.signIn('viewer', password))).toBe('ACC_003');
  });
});

describe('the last admin', () => {
  it.each([
    ['removed', 'DELETE', '/api/v1/users/chief', undefined],
    ['made a viewer', 'PUT', '/api/v1/users/chief', { role: 'viewer' }],
    ['switched off', 'PUT', '/api/v1/users/chief', { isEnabled: false }],
  ])('cannot be %s', async (_, method, path, body) => {
    const rig = await open();
    const first = await rig.send('/api/v1/users/first', { body: { id: 'chief', password } });
    const change = await rig.send(path, {
      ...{ method, headers: { cookie: cookieOf(first) } },
      ...(body === undefined ? {} : { body }),
    });
    expect(await codeOf(change)).toBe('REQ_003');
  });
});

describe('a key', () => {
  async function keyOf(rig: AccessRig, draft: object): Promise<Record<string, string>> {
    const cookie = cookieOf(await rig.signIn('chief', password));
    const made = await rig.send('/api/v1/keys', { headers: { cookie }, body: draft });
    const { secret } = (await made.json()) as { secret: string };
    return { authorization: `Bearer ${secret}` };
  }

  it('expires', async () => {
    const rig = await closed();
    const headers = await keyOf(rig, { name: 'report', days: 1 });
    expect(await codeOf(await list(rig, { headers, from: '10.0.0.9' }))).toBe('ok');
    rig.clock.set(rig.clock.now() + dayMs + 1);
    expect(await codeOf(await list(rig, { headers, from: '10.0.0.9' }))).toBe('ACC_001');
  });

  it('may do only what it was made for', async () => {
    const rig = await closed();
    const headers = await keyOf(rig, { name: 'report', role: 'admin', scopes: ['tally.query'] });
    expect(await codeOf(await list(rig, { headers }))).toBe('ACC_002');
    expect(await codeOf(await rig.send('/api/v1/tallies', { method: 'GET', headers }))).toBe(
      'REQ_001',
    );
  });

  it.each([
    ['made up', 'Bearer tw_report_0123456789012345678901234567890123456789012'],
    ['of another kind', 'Basic YWRtaW46YWRtaW4='],
    ['cut off', 'Bearer tw_report_01234'],
  ])('that is %s is refused, also at a station without users', async (_, authorization) => {
    const rig = await open();
    expect(await codeOf(await list(rig, { headers: { authorization } }))).toBe('ACC_001');
  });

  it('is shown once and never again', async () => {
    const rig = await closed();
    const { authorization } = await keyOf(rig, { name: 'report' });
    const secret = authorization!.slice('Bearer '.length);
    const cookie = cookieOf(await rig.signIn('chief', password));
    for (const path of ['/api/v1/keys', '/api/v1/audit', '/api/v1/config']) {
      const answer = await rig.send(path, { method: 'GET', headers: { cookie } });
      expect(await answer.text()).not.toContain(secret.split('_').slice(2).join('_'));
    }
  });
});

describe('somebody who may see one camera', () => {
  async function guard(rig: AccessRig): Promise<Record<string, string>> {
    const chief = cookieOf(await rig.signIn('chief', password));
    await rig.send('/api/v1/users', {
      headers: { cookie: chief },
      body: { id: 'gatekeeper', password, role: 'operator', cameras: ['gate'] },
    });
    return { cookie: cookieOf(await rig.signIn('gatekeeper', password)) };
  }
  const services = {
    'camera.list': () => [fakeCamera('gate', 'Gate'), fakeCamera('vault', 'Vault')],
    'line.list': () => [fakeLine('a', 'gate'), fakeLine('b', 'vault')],
    'line.remove': () => ({}),
    'station.doctor': () => [],
  };

  it('gets the others in no list', async () => {
    const rig = await closed(services);
    const headers = await guard(rig);
    for (const path of ['/api/v1/cameras', '/api/v1/lines']) {
      const text = await (await rig.send(path, { method: 'GET', headers })).text();
      expect(text).toContain('gate');
      expect(text).not.toContain('vault');
    }
  });

  it.each([
    ['the other by name', 'crossing.list', { cameraId: 'vault' }],
    [
      'a line on the other',
      'line.save',
      { cameraId: 'vault', name: 'x', points: fakeLine('b', 'vault').points },
    ],
    ['a line on the other by its id', 'line.remove', { id: 'b' }],
    ['a line that is nowhere', 'line.remove', { id: 'c' }],
    [
      'a line that is on the other until now',
      'line.save',
      { id: 'b', cameraId: 'gate', name: 'x', points: fakeLine('b', 'vault').points },
    ],
    ['the whole station', 'station.doctor', {}],
  ])('may not ask for %s', async (_, name, body) => {
    const rig = await closed(services);
    const headers = await guard(rig);
    const answer = await rig.send(`/api/v1/call/${name}`, { headers, body });
    expect(await codeOf(answer)).toBe('ACC_002');
  });

  it('removes and changes what is on his own camera', async () => {
    const rig = await closed({ ...services, 'line.save': () => fakeLine('a', 'gate') });
    const headers = await guard(rig);
    const { points } = fakeLine('a', 'gate');
    const save = { headers, body: { id: 'a', cameraId: 'gate', name: 'x', points } };
    expect(await codeOf(await rig.send('/api/v1/call/line.save', save))).toBe('ok');
    const remove = await rig.send('/api/v1/lines/a', { method: 'DELETE', headers });
    expect(await codeOf(remove)).toBe('ok');
  });

  it('hears nothing of the others', async () => {
    const rig = await closed(services);
    const headers = await guard(rig);
    const response = await rig.send('/api/v1/events?topics=lineRemoved', {
      method: 'GET',
      headers,
    });
    const reader = response.body!.getReader();
    await reader.read();
    rig.events.emit('lineRemoved', { id: 'b', cameraId: 'vault' });
    rig.events.emit('lineRemoved', { id: 'a', cameraId: 'gate' });
    const { value } = await reader.read();
    expect(new TextDecoder().decode(value)).toContain('"cameraId":"gate"');
    await reader.cancel();
  });
});

describe('a page of another site', () => {
  it.each([
    ['by its origin', { origin: 'https://evil.test' }],
    ['by a sandboxed frame', { origin: 'null' }],
    ['by what the browser says', { 'sec-fetch-site': 'cross-site' }],
    ['on another port of this PC', { origin: 'http://127.0.0.1:9999' }],
    ['under a name of its own', { host: 'evil.test:8790' }],
  ])('is refused %s, with a stolen cookie too', async (_, foreign) => {
    const rig = await closed();
    const cookie = cookieOf(await rig.signIn('chief', password));
    const answer = await list(rig, { headers: { cookie, ...foreign } });
    expect(answer.status).toBe(403);
    expect(await codeOf(answer)).toBe('ACC_002');
  });

  it.each([['text/plain'], ['application/x-www-form-urlencoded'], ['multipart/form-data']])(
    'cannot post a form as %s',
    async (type) => {
      const rig = await open();
      const answer = await rig.send('/api/v1/call/camera.list', {
        ...{ headers: { 'content-type': type }, body: {} },
      });
      expect(answer.status).toBe(415);
    },
  );
});

describe('events and pictures', () => {
  it.each([['/api/v1/events'], ['/api/v1/cameras/gate/preview.mjpeg'], ['/metrics']])(
    '%s is for those who are signed in',
    async (path) => {
      const rig = await closed();
      expect((await rig.send(path, { method: 'GET' })).status).toBe(401);
      const cookie = cookieOf(await rig.signIn('viewer', password));
      const answer = await rig.send(path, { method: 'GET', headers: { cookie } });
      expect(answer.status).toBe(200);
      await answer.body?.cancel();
    },
  );

  it.each([['/api/v1/events'], ['/api/v1/cameras/gate/preview.mjpeg']])(
    '%s ends when its user signs out',
    async (path) => {
      const rig = await closed();
      const cookie = cookieOf(await rig.signIn('viewer', password));
      const answer = await rig.send(path, { method: 'GET', headers: { cookie } });
      const reader = answer.body!.getReader();
      await rig.send('/api/v1/session', { method: 'DELETE', headers: { cookie } });
      for (;;) if ((await reader.read()).done) break;
    },
  );
});

describe('too much', () => {
  it('is refused of whoever is not signed in, while the others go on', async () => {
    const rig = await closed();
    const cookie = cookieOf(await rig.signIn('viewer', password));
    const codes = new Set<number>();
    for (let index = 0; index < 200; index += 1) {
      codes.add((await list(rig, { from: '10.0.0.9' })).status);
    }
    expect([...codes].sort()).toEqual([401, 429]);
    expect((await list(rig, { headers: { cookie }, from: '10.0.0.8' })).status).toBe(200);
  });

  it('of a body is refused before it is read', async () => {
    const rig = await open();
    const answer = await rig.send('/api/v1/call/camera.list', {
      body: { x: 'x'.repeat(1_100_000) },
    });
    expect([answer.status, await codeOf(answer)]).toEqual([413, 'REQ_005']);
  });
});

describe('the audit log', () => {
  it('says who did what from where, what was before and after, without secrets', async () => {
    const lines = new Map([['a', fakeLine('a', 'gate', { name: 'Old' })]]);
    const rig = await closed({
      'line.list': () => [...lines.values()],
      'line.remove': ({ id }) => {
        lines.delete(id);
        return {};
      },
    });
    const cookie = cookieOf(await rig.signIn('operator', password, { from: '10.0.0.7' }));
    const from = { headers: { cookie }, from: '10.0.0.7' };
    await rig.send('/api/v1/lines/a', { method: 'DELETE', ...from });
    await rig.send('/api/v1/cameras/gate', { method: 'DELETE', ...from });
    const chief = cookieOf(await rig.signIn('chief', password));
    const answer = await rig.send('/api/v1/audit', { method: 'GET', headers: { cookie: chief } });
    const text = await answer.text();
    expect(text).not.toContain(password);
    const rows = (JSON.parse(text) as AuditRow[]).filter(({ user }) => user === 'operator');
    expect(rows.at(-1)).toMatchObject({ procedure: 'session.signIn', role: 'nobody' });
    expect(rows.slice(0, 2)).toMatchObject([
      {
        ...{ procedure: 'camera.remove', outcome: 'refused', code: 'ACC_002', after: null },
        ...{ role: 'operator', door: 'browser', address: '10.0.0.7' },
      },
      { procedure: 'line.remove', outcome: 'done', input: '{"id":"a"}', after: '{}' },
    ]);
    expect(JSON.parse(rows[1]!.before!)).toMatchObject({ id: 'a', name: 'Old' });
    const verdict = await rig.send('/api/v1/audit/verify', {
      ...{ method: 'GET', headers: { cookie: chief } },
    });
    expect(await verdict.json()).toMatchObject({ isIntact: true, brokenAt: null });
  });
});
