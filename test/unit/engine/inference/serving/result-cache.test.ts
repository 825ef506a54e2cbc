import { describe, expect, it } from 'vitest';
import { createRedisShelf } from '#engine/inference/serving/redis-shelf.ts';
import { createResultCache } from '#engine/inference/serving/result-cache.ts';
import type { PictureRequest } from '#engine/inference/serving/picture-queue.ts';
import { yoloxNanoCard } from '#test/cards.ts';

const silent = () => undefined;
const log = { debug: silent, info: silent, warn: silent, error: silent };
const file = { path: '', digest: 'a'.repeat(64), bytes: 1, card: yoloxNanoCard };
const kept = {
  picture: { width: 4, height: 3 },
  detections: [{ box: { x: 0, y: 0, width: 1, height: 1 }, score: 0.5, classIndex: 0 }],
  error: null,
};

function request(pixels: string, more: Partial<PictureRequest> = {}): PictureRequest {
  const picture = { bytes: Buffer.from(pixels), scoreFloor: 0.4, nmsIou: undefined };
  return { work: 'api', sender: 'somebody', maxBatchSize: 1, picture, ...more };
}

function cacheAt(limits: { maxEntries?: number; maxBytes?: number } = {}) {
  let nowMs = 1_000;
  const cache = createResultCache({
    ...{ maxEntries: 10, maxBytes: 1e6, ttlSeconds: 300, redis: null, log, ...limits },
    clock: { now: () => nowMs, monotonicMs: () => nowMs },
  });
  return {
    cache,
    key: (pixels: string, more?: Partial<PictureRequest>, of = file) =>
      cache.keyOf(of, request(pixels, more)) ?? 'not kept',
    pass: (ms: number) => (nowMs += ms),
  };
}

describe('result cache', () => {
  it('knows a question by picture, options, model and card', () => {
    const { key } = cacheAt();
    const same = key('picture');
    const others = [
      key('another picture'),
      key('picture', { picture: { bytes: Buffer.from('picture'), scoreFloor: 0.5 } }),
      key('picture', {}, { ...file, digest: 'b'.repeat(64) }),
      key('picture', {}, { ...file, card: { ...yoloxNanoCard, scoreFloor: 0.2 } }),
    ];
    expect(new Set([same, ...others]).size).toBe(5);
    expect(key('picture', { sender: 'somebody else', work: 'batch' })).toBe(same);
  });

  it('keeps nothing that is asked to be forgotten, nor pictures of alerts', () => {
    const { key } = cacheAt();
    expect(key('picture', { cacheSeconds: 0 })).toBe('not kept');
    expect(key('picture', { work: 'alert' })).toBe('not kept');
    expect(cacheAt({ maxEntries: 0 }).key('picture')).toBe('not kept');
  });

  it.each([60, 300, 1800, 3600, 86_400])('forgets after %i s', async (seconds) => {
    const { cache, key, pass } = cacheAt();
    cache.put(key('picture'), kept, seconds);
    pass(seconds * 1000 - 10);
    expect(await cache.get(key('picture'))).toEqual(kept);
    pass(20);
    expect(await cache.get(key('picture'))).toBeNull();
    expect(cache.figures()).toMatchObject({ memoryHits: 1, misses: 1, sharedHits: 0 });
  });

  it('lets the least recently used go when there are too many, or they are too large', async () => {
    const { cache, key } = cacheAt({ maxEntries: 2 });
    for (const name of ['a', 'b']) cache.put(key(name), kept, undefined);
    await cache.get(key('a'));
    cache.put(key('c'), kept, undefined);
    expect(await cache.get(key('b'))).toBeNull();
    expect(await cache.get(key('a'))).toEqual(kept);
    const small = cacheAt({ maxBytes: 500 });
    for (const name of ['a', 'b', 'c']) small.cache.put(small.key(name), kept, undefined);
    expect(small.cache.figures().entries).toBe(1);
    expect(small.cache.figures().bytes).toBeLessThanOrEqual(500);
  });

  it('forgets the answers of one model, not of others', async () => {
    const { cache, key } = cacheAt();
    const other = { ...file, digest: 'b'.repeat(64) };
    cache.put(key('picture'), kept, undefined);
    cache.put(key('picture', {}, other), kept, undefined);
    await cache.forget(file.digest);
    expect(await cache.get(key('picture'))).toBeNull();
    expect(await cache.get(key('picture', {}, other))).toEqual(kept);
  });

  it('refuses an address that is none of a Redis server', () => {
    const open = () =>
      createRedisShelf({
        url: 'localhost:6379',
        clock: { now: () => 0, monotonicMs: () => 0 },
        random: () => 0,
        onState: silent,
      });
    expect(open).toThrow(expect.objectContaining({ code: 'SYS_004', path: 'redisUrl' }) as Error);
  });
});
