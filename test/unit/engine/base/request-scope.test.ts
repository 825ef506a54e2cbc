import { expect, it } from 'vitest';
import type { Fields } from '#engine/base/log.ts';
import {
  inRequest,
  newRequestId,
  requestIdNow,
  withRequestIds,
} from '#engine/base/request-scope.ts';
import { silentLogger } from '#engine/base/log.ts';

it('goes with a request over its waits, beside others, and ends with its answer', async () => {
  const lines: [string, Fields | undefined][] = [];
  const log = withRequestIds({
    ...silentLogger,
    info: (fact, fields) => lines.push([fact, fields]),
  });
  let tellLater = (): void => undefined;
  const later = new Promise<void>((resolve) => {
    tellLater = resolve;
  });
  let afterwards: Promise<void> = Promise.resolve();
  const ask = (id: string, waits: number) =>
    inRequest(id, async () => {
      for (let wait = 0; wait < waits; wait += 1) await new Promise(setImmediate);
      log.info('worked', { waits });
      if (id === 'a') afterwards = later.then(() => log.info('went on alone', {}));
      return requestIdNow();
    });
  expect(await Promise.all([ask('a', 3), ask('b', 1)])).toEqual(['a', 'b']);
  expect(requestIdNow()).toBeNull();
  tellLater();
  await afterwards;
  log.info('idle');
  expect(lines).toEqual([
    ['worked', { waits: 1, requestId: 'b' }],
    ['worked', { waits: 3, requestId: 'a' }],
    ['went on alone', {}],
    ['idle', undefined],
  ]);
});

it('is new each time, and short enough to be read out', () => {
  const ids = new Set(Array.from({ length: 1_000 }, newRequestId));
  expect(ids.size).toBe(1_000);
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{12}$/);
});
