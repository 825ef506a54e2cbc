import { describe, expect, it } from 'vitest';
import { StationError } from '#contract/error.ts';
import type { Clock } from '#engine/base/clock.ts';
import {
  createPictureQueue,
  maxWaiting,
  type PictureRequest,
  defaultWaitLimitMs as waitLimitMs,
} from '#engine/inference/serving/picture-queue.ts';

function setUp(maxBytes = 1e9) {
  let nowMs = 0;
  const clock: Clock = { now: () => nowMs, monotonicMs: () => nowMs };
  const room = { maxBytes, takenBytes: 0 };
  const counts = { refused: 0, expired: 0 };
  const queue = createPictureQueue({
    name: 'm@1.0.0',
    room,
    clock,
    waitLimitMs,
    onRefused: () => counts.refused++,
    onExpired: () => counts.expired++,
  });
  const outcomes: string[] = [];
  const ask = (work: PictureRequest['work'], bytes = 10, signal?: AbortSignal): void => {
    const request = {
      work,
      sender: work,
      picture: { bytes: new Uint8Array(bytes) },
      maxBatchSize: 1,
    };
    queue.add(signal ? { ...request, signal } : request).then(
      () => outcomes.push('answered'),
      (error: unknown) => {
        const { code, retryAfterS } = StationError.from(error, 'SYS_001');
        // Whoever is turned away is told when to come again.
        outcomes.push(retryAfterS === undefined ? code : `${code} after ${String(retryAfterS)} s`);
      },
    );
  };
  return { queue, room, counts, outcomes, ask, settle, tick: (ms: number) => (nowMs += ms) };
}

/** Lets what was rejected arrive. */
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('pictures that wait', () => {
  it('are refused beyond the limit of their class, while other classes still come in', async () => {
    const { ask, queue, counts, outcomes, settle } = setUp();
    for (let number = 0; number < maxWaiting.api + 3; number++) ask('api');
    ask('alert');
    await settle();
    expect({ ...counts, waiting: queue.waiting().length, outcomes }).toEqual({
      refused: 3,
      expired: 0,
      waiting: maxWaiting.api + 1,
      outcomes: Array.from({ length: 3 }, () => 'RES_003 after 2 s'),
    });
  });

  it('are refused when those of all models take too much memory, until some leave', async () => {
    const { ask, queue, room, outcomes, settle } = setUp(100);
    ask('api', 60);
    ask('api', 60);
    await settle();
    expect(outcomes).toEqual(['RES_003 after 2 s']);
    const [first] = queue.waiting();
    queue.take([first!]);
    first!.reject(new StationError('INF_001', 'lost'));
    await settle();
    expect(room.takenBytes).toBe(0);
    ask('api', 60);
    await settle();
    expect(queue.waiting()).toHaveLength(1);
  });

  it('are rejected when their time is over', async () => {
    const { ask, queue, counts, outcomes, settle, tick } = setUp();
    ask('batch');
    ask('api');
    expect(queue.expire()).toBe(waitLimitMs.api);
    tick(waitLimitMs.api);
    expect(queue.expire()).toBe(waitLimitMs.batch);
    await settle();
    expect({ outcomes, expired: counts.expired }).toEqual({
      outcomes: ['RES_003 after 2 s'],
      expired: 1,
    });
  });

  it('leave when their caller goes away', async () => {
    const { ask, queue, room, outcomes, settle } = setUp();
    const caller = new AbortController();
    ask('api', 10, caller.signal);
    ask('api');
    caller.abort();
    await settle();
    expect({ outcomes, waiting: queue.waiting().length, bytes: room.takenBytes }).toEqual({
      outcomes: ['REQ_004'],
      waiting: 1,
      bytes: 10,
    });
  });
});
