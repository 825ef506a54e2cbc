/**
 * Answers kept in a real Redis server by a real station: hits, time to live, forgetting on promotion, and its death.
 */
import { afterAll, describe, expect, it } from 'vitest';
import type { OutputOf } from '#contract/procedures.ts';
import { greyJpeg } from '#test/serving.ts';
import { hasRedis, redisMissing, startRedis } from '#test/redis-server.ts';
import { hasShared, sharedPath } from '#test/shared.ts';
import { cleanUp, startStation, type StationProcess, until } from '#test/station-process.ts';

afterAll(cleanUp);

const cacheOf = async (station: StationProcess) => (await station.call('serving.list', {})).cache;

describe.skipIf(!hasRedis)(`result cache (${redisMissing})`, () => {
  it('gives again what it has answered, also after a restart, and goes on without its server', async () => {
    const redis = await startRedis();
    const flags = ['--redis-url', redis.url];
    const first = await startStation({ flags });
    const image = (await greyJpeg(640, 480)).toString('base64');
    const ask = (station: StationProcess, more: object = {}) =>
      station.call('inference.run', { modelId: 'champion', image, ...more });
    await until(
      () => cacheOf(first),
      ({ shared }) => shared?.state === 'ready',
      60_000,
    );

    const computed = await ask(first, { cacheSeconds: 3600 });
    const kept = await ask(first);
    expect(kept.results.detections).toEqual(computed.results.detections);
    expect(kept.image).toEqual(computed.image);
    await ask(first, { confidenceThreshold: 0.9, cacheSeconds: 0 });
    expect(await cacheOf(first)).toMatchObject({ entries: 1, memoryHits: 1, misses: 1 });
    const keys = await until(
      () => redis.client.keys('tallywatch:result:*'),
      (found) => found.length === 1,
      10_000,
    );
    const seconds = await redis.client.ttl(keys[0]!);
    expect(seconds).toBeGreaterThan(3000);
    expect(seconds).toBeLessThanOrEqual(3600);
    expect(await first.stop()).toBe(0);

    const second = await startStation({ dataFolder: first.dataFolder, flags });
    await until(
      () => cacheOf(second),
      ({ shared }) => shared?.state === 'ready',
      60_000,
    );
    const shared = await ask(second);
    expect(shared.results.detections).toEqual(computed.results.detections);
    expect(await cacheOf(second)).toMatchObject({ sharedHits: 1, misses: 0 });
    // It was answered without the model being loaded.
    const { models } = await second.call('serving.list', {});
    expect(models.flatMap(({ instances }) => instances)).toEqual([]);

    if (hasShared) {
      const model = await second.call('model.import', {
        path: sharedPath('models/yolox_nano.onnx')!,
      });
      await second.call('model.activate', { digest: model.digest });
      await until(
        () => redis.client.keys('tallywatch:result:*'),
        (found) => found.length === 0,
        10_000,
      );
    }

    await redis.kill();
    const away = await until(
      () => cacheOf(second),
      (cache) => cache.shared?.state === 'away',
      60_000,
    );
    expect(away.shared?.reason).toMatchObject({ code: 'SYS_003' });
    const without: OutputOf<'inference.run'> = await ask(second, { confidenceThreshold: 0.8 });
    expect(without.image).toEqual({ width: 640, height: 480 });
    expect(await (await fetch(`${second.url}/metrics`)).text()).toContain(
      'tallywatch_result_cache_away 1',
    );
    await redis.start();
    await until(
      () => cacheOf(second),
      (cache) => cache.shared?.state === 'ready',
      60_000,
    );
    expect((await cacheOf(second)).shared?.reason).toBeNull();
    expect(await second.stop()).toBe(0);
    await redis.close();
  }, 300_000);
});
