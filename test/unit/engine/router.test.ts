import { describe, expect, it } from 'vitest';
import type { Role } from '#contract/access.ts';
import { StationError } from '#contract/error.ts';
import type { Logger } from '#engine/base/log.ts';
import { silentLogger } from '#engine/base/log.ts';
import { createRouter, type Handlers, type StreamHandlers } from '#engine/router.ts';

const streams: StreamHandlers = {
  'preview.watch': (_request, { onBytes }) => {
    onBytes(Uint8Array.of(1));
    return { update: () => onBytes(Uint8Array.of(2)), close: () => undefined };
  },
};

function routerWith(handlers: Partial<Handlers>, log: Logger = silentLogger) {
  return createRouter(handlers as Handlers, streams, { log });
}

function contextOf(role: Role, signal = new AbortController().signal) {
  return {
    caller: { user: 'tester', role, door: 'test' as const },
    signal,
    onProgress: () => undefined,
  };
}

async function refusal(promise: Promise<unknown>): Promise<{ code: string; path?: string }> {
  const error: unknown = await promise.then(
    () => new Error('accepted'),
    (cause: unknown) => cause,
  );
  if (!(error instanceof StationError)) throw error;
  return error.path === undefined ? { code: error.code } : { code: error.code, path: error.path };
}

describe('router', () => {
  it('fills in defaults before the service sees the input', async () => {
    let seen: unknown = null;
    const router = routerWith({
      'crossing.list': (input) => {
        seen = input;
        return [];
      },
    });
    await router.call('crossing.list', {}, contextOf('viewer'));
    expect(seen).toEqual({ limit: 100 });
  });

  it.each([
    ['an unknown procedure', 'camera.explode', {}, 'admin', { code: 'REQ_002' }],
    ['a name of every object', 'constructor', {}, 'admin', { code: 'REQ_002' }],
    ['a wrong field', 'crossing.list', { limit: 0 }, 'viewer', { code: 'REQ_001', path: 'limit' }],
    ['a role that is too low', 'camera.remove', { id: 'gate' }, 'operator', { code: 'ACC_002' }],
    ['a stream that is called', 'preview.watch', { tiles: [] }, 'viewer', { code: 'REQ_001' }],
  ] as const)('refuses %s', async (_, name, input, role, expected) => {
    const router = routerWith({ 'crossing.list': () => [], 'camera.remove': () => ({}) });
    expect(await refusal(router.call(name, input, contextOf(role)))).toEqual(expected);
  });

  it('keeps the code of what the world did wrong', async () => {
    const router = routerWith({
      'line.remove': () => Promise.reject(new StationError('REQ_002', 'There is no such line.')),
    });
    const call = router.call('line.remove', { id: 'gate' }, contextOf('operator'));
    expect(await refusal(call)).toEqual({ code: 'REQ_002' });
  });

  it('logs a bug whole and tells the caller only that there is one', async () => {
    const facts: unknown[] = [];
    const log = {
      ...silentLogger,
      error: (fact: string, fields?: unknown) => facts.push([fact, fields]),
    };
    const router = routerWith(
      {
        'camera.list': () => {
          throw new TypeError('secret detail');
        },
      },
      log,
    );
    const error: unknown = await router
      .call('camera.list', {}, contextOf('viewer'))
      .catch((cause: unknown) => cause);
    expect((error as StationError).code).toBe('SYS_001');
    expect((error as StationError).message).not.toContain('secret');
    expect(JSON.stringify(facts)).toContain('secret detail');
  });

  it('says cancelled when the caller went away', async () => {
    const controller = new AbortController();
    const router = routerWith({
      'camera.list': () => {
        controller.abort();
        return Promise.reject(new Error('stopped'));
      },
    });
    const call = router.call('camera.list', {}, contextOf('viewer', controller.signal));
    expect(await refusal(call)).toEqual({ code: 'REQ_004' });
  });

  it('never lets an answer out that does not fit the contract', async () => {
    const router = routerWith({ 'line.list': () => [{ id: 'gate' }] as never });
    expect(await refusal(router.call('line.list', {}, contextOf('viewer')))).toEqual({
      code: 'SYS_001',
    });
  });

  it('opens streams, and parses what replaces their request', () => {
    const seen: number[] = [];
    const stream = routerWith({}).open(
      'preview.watch',
      { tiles: [] },
      {
        caller: contextOf('viewer').caller,
        sink: { onBytes: (bytes) => seen.push(bytes[0]!), onClosed: () => undefined },
      },
    );
    stream.update({ tiles: [] });
    expect(() => stream.update({ tiles: 'all' })).toThrow(StationError);
    expect(seen).toEqual([1, 2]);
  });
});
