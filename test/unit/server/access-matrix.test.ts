/**
 * Every procedure, for every role, at every door: allowed and refused as the table says.
 */
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type CallerRole, includesRole, Role } from '#contract/access.ts';
import { StationError } from '#contract/error.ts';
import { procedures } from '#contract/procedures.ts';
import {
  accessRig,
  type AccessRig,
  callable,
  codeOf,
  cookieOf,
  password,
  withUsers,
} from '#test/access-rig.ts';

/** No procedure takes a list: whoever is let in hears that the request is wrong, and nothing is done. */
const wrongInput: unknown[] = [];
const userRoles = Role.options.filter((role) => role !== 'system');

function expected(role: CallerRole): Record<string, string> {
  return Object.fromEntries(
    callable.map(({ name, needed }) => {
      const refusal = role === 'nobody' ? 'ACC_001' : 'ACC_002';
      return [name, includesRole(role, needed) ? 'REQ_001' : refusal];
    }),
  );
}

async function table(ask: (name: string) => Promise<string>): Promise<Record<string, string>> {
  const codes: Record<string, string> = {};
  for (const { name } of callable) codes[name] = await ask(name);
  return codes;
}

async function errorOf(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.then(
    () => null,
    (cause: unknown) => cause,
  );
  return error instanceof StationError ? error.code : 'ok';
}

describe('the table of procedures', () => {
  it('lets every role do something that the one below may not', () => {
    const counts = userRoles.map(
      (role) => callable.filter(({ needed }) => includesRole(role, needed)).length,
    );
    expect(new Set(counts).size).toBe(userRoles.length);
    expect(counts).toEqual([...counts].sort((a, b) => a - b));
  });

  it('leaves only the session to whoever is not signed in', () => {
    const open = callable.filter(({ needed }) => needed === 'anyone').map(({ name }) => name);
    expect(open).toEqual(['session.get', 'session.signIn', 'session.signOut', 'session.touch']);
  });
});

describe('a closed station', () => {
  let rig: AccessRig;
  beforeAll(async () => {
    rig = await accessRig();
    await withUsers(rig);
  });
  afterAll(() => rig.close());

  it.each(userRoles)('at the browser as %s', async (role) => {
    const cookie = cookieOf(await rig.signIn(role, password));
    const codes = await table(async (name) =>
      codeOf(await rig.send(`/api/v1/call/${name}`, { headers: { cookie }, body: wrongInput })),
    );
    expect(codes).toEqual(expected(role));
  });

  it.each(userRoles)('over REST with a key of %s', async (role) => {
    const cookie = cookieOf(await rig.signIn('chief', password));
    const made = await rig.send('/api/v1/keys', {
      headers: { cookie },
      body: { name: `for ${role}`, role },
    });
    const { secret } = (await made.json()) as { secret: string };
    const headers = { authorization: `Bearer ${secret}` };
    const codes = await table(async (name) =>
      codeOf(await rig.send(`/api/v1/call/${name}`, { headers, body: wrongInput })),
    );
    expect(codes).toEqual(expected(role));
  });

  it.each(userRoles)('at the window as %s', async (role) => {
    const { createWindowIdentity } = await import('#shell/window-identity.ts');
    const identity = createWindowIdentity(rig.part.access);
    const door = rig.station.door(identity, identity.keepSession);
    onTestFinished(() => door.close());
    await door.call('session.signIn', { user: role, password });
    const codes = await table((name) => errorOf(door.call(name as never, wrongInput as never)));
    expect(codes).toEqual(expected(role));
  });

  it('on the command line of its own PC', async () => {
    const headers = { authorization: `Bearer ${rig.part.access.localKey}` };
    const codes = await table(async (name) =>
      codeOf(await rig.send(`/api/v1/call/${name}`, { headers, body: wrongInput })),
    );
    expect(codes).toEqual(expected('system'));
  });

  it('on its command line from another PC: the key of this PC opens nothing there', async () => {
    const headers = { authorization: `Bearer ${rig.part.access.localKey}` };
    const answer = await rig.send('/api/v1/call/camera.list', {
      ...{ headers, body: {}, from: '10.0.0.9' },
    });
    expect(await codeOf(answer)).toBe('ACC_001');
  });

  it('to whoever is not signed in, at any door', async () => {
    const { createWindowIdentity } = await import('#shell/window-identity.ts');
    const door = rig.station.door(createWindowIdentity(rig.part.access));
    onTestFinished(() => door.close());
    expect(await table((name) => errorOf(door.call(name as never, wrongInput as never)))).toEqual(
      expected('nobody'),
    );
    const codes = await table(async (name) =>
      // Each from an address of its own: strangers may ask only a little.
      codeOf(
        await rig.send(`/api/v1/call/${name}`, {
          ...{
            body: wrongInput,
            from: `10.0.0.${String(callable.findIndex((row) => row.name === name))}`,
          },
        }),
      ),
    );
    expect(codes).toEqual(expected('nobody'));
  });

  it('by the REST route of a procedure as by its name', async () => {
    const cookie = cookieOf(await rig.signIn('operator', password));
    const refused: string[] = [];
    for (const { name, route } of callable) {
      const [method = 'GET', path = '/'] = route.split(' ');
      if (includesRole('operator', procedures[name as keyof typeof procedures].role)) continue;
      const answer = await rig.send(`/api/v1${path.replaceAll(/\{\w+\}/g, 'x')}`, {
        ...{ method, headers: { cookie } },
        ...(method === 'GET' || method === 'DELETE' ? {} : { body: {} }),
      });
      expect([name, await codeOf(answer)]).toEqual([name, 'ACC_002']);
      refused.push(name);
    }
    expect(refused.length).toBeGreaterThan(10);
  });
});
