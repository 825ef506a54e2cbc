import { afterEach, expect, it, vi } from 'vitest';
import { createEmitter } from '#engine/base/emitter.ts';
import { keepMetrics } from '#engine/metric-keeper.ts';
import { createMetricService } from '#engine/services/metric-service.ts';
import type { EventMap } from '#engine/site.ts';
import type { CallContext } from '#engine/router.ts';
import { watchedCamera } from '#test/alerts.ts';
import { aWorkerReport } from '#test/figures.ts';
import { keepingLogger, tempStore, testClock } from '#test/store.ts';

const noon = 1_700_000_100_000;

afterEach(() => {
  vi.useRealTimers();
});

async function rig() {
  const store = await tempStore();
  vi.useFakeTimers({ toFake: ['setInterval'] });
  const clock = testClock(noon);
  const events = createEmitter<EventMap>(() => undefined);
  const keeper = keepMetrics({
    ...{ store, events, clock, log: keepingLogger() },
    cameras: () => [watchedCamera()],
    wantedModel: () => 'a',
    serving: (from) => [{ digest: 'a', at: from, values: { requests: 3, latencyP95: 9 } }],
    load: () => ({ cpu: 0.5, memory: 0.5 }),
  });
  const service = createMetricService({
    ...{ store, clock, unwritten: () => keeper.unwritten() },
    cameraName: (id) => id.toUpperCase(),
    modelName: (digest) => `nano@${digest}`,
  });
  const pass = (seconds: number): void => {
    for (let second = 0; second < seconds; second++) {
      clock.set(clock.now() + 1_000);
      vi.advanceTimersByTime(1_000);
    }
  };
  const ask = (input: object) =>
    service['metrics.history']({ timeRange: '1h', ...input }, {} as CallContext);
  return { store, clock, events, keeper, ask, pass };
}

it('writes each minute down when it is over, and the last one when the station stops', async () => {
  const { store, keeper, ask, pass } = await rig();
  pass(30);
  keeper.report('w1', aWorkerReport({ rssBytes: 5e6 }));
  pass(40);
  keeper.failed('SYS_001');
  await keeper.close();
  const written = await store.metrics.list({ from: 0, to: Infinity, kind: 'camera' });
  expect(written.map(({ subject, at, facts }) => [subject, at, facts.t.demanded])).toEqual([
    ['gate', noon, 600],
    ['gate', noon + 60_000, 100],
  ]);
  expect(await store.metrics.serving({ digest: 'a', from: 0, to: noon + 1 })).toEqual([
    { digest: 'a', at: noon, values: { requests: 3, latencyP95: 9 } },
  ]);
  const times = await store.metrics.modelTimes({ from: 0, to: Infinity });
  expect(times).toEqual([
    { digest: 'a', dayMs: 1_699_920_000_000, wantedMs: 70_000, servedMs: 70_000 },
  ]);
  const worker = await ask({ kind: 'worker' });
  expect(worker.series[0]).toMatchObject({ id: 'w1', points: [{ values: { rssBytes: 5e6 } }] });
  const station = await ask({ kind: 'station', metrics: 'machineCpu' });
  expect(station.series[0]?.points.map(({ errors }) => errors)).toEqual([{}, { SYS_001: 1 }]);
});

it('answers with the minute that is not over yet, and with longer steps for longer times', async () => {
  const { keeper, ask, pass } = await rig();
  pass(90);
  const hour = await ask({ cameraId: 'gate', metrics: 'demanded' });
  expect(hour.series).toEqual([
    {
      ...{ kind: 'camera', id: 'gate', name: 'GATE', cameraId: 'gate' },
      points: [
        { at: noon, values: { demanded: 600 }, errors: {} },
        { at: noon + 60_000, values: { demanded: 300 }, errors: {} },
      ],
    },
  ]);
  const week = await ask({ timeRange: '7d', cameraId: 'gate', metrics: 'demanded' });
  expect([week.stepMinutes, week.series[0]?.points.map(({ values }) => values)]).toEqual([
    30,
    [{ demanded: 900 }],
  ]);
  await expect(ask({ metrics: 'speed' })).rejects.toMatchObject({ code: 'REQ_001' });
  await expect(ask({ timeRange: '90d', stepMinutes: 1 })).rejects.toMatchObject({
    code: 'REQ_001',
  });
  await keeper.close();
});

it('misses no minute that is written while it is asked, and takes none twice', async () => {
  const { store, keeper, ask, pass } = await rig();
  pass(30);
  const list = store.metrics.list.bind(store.metrics);
  const add = vi.spyOn(store.metrics, 'add');
  vi.spyOn(store.metrics, 'list').mockImplementationOnce(async (query) => {
    const before = await list(query);
    pass(60);
    await vi.waitFor(() => expect(keeper.unwritten().waiting).toEqual([]));
    return before;
  });
  const { series } = await ask({ cameraId: 'gate', metrics: 'demanded' });
  expect(add).toHaveBeenCalledTimes(1);
  expect(series[0]?.points.map(({ values }) => values['demanded'])).toEqual([600]);
  await keeper.close();
});

it('keeps minutes that could not be written, and writes them later', async () => {
  const { store, keeper, pass } = await rig();
  const add = vi.spyOn(store.metrics, 'add').mockRejectedValueOnce(new Error('locked'));
  pass(60);
  await vi.waitFor(() => expect(add).toHaveBeenCalledTimes(1));
  pass(60);
  await keeper.close();
  const rows = await store.metrics.list({ from: 0, to: Infinity, kind: 'camera' });
  expect(rows.map(({ at }) => at)).toEqual([noon, noon + 60_000]);
  expect(await store.metrics.prune({ beforeMs: noon + 60_000, limit: 100 })).toBe(3);
  expect((await store.amounts({ kind: 'metrics' })).oldestAt).toBe(noon + 60_000);
});
