import { expect, it } from 'vitest';
import { findAnomaly } from '#engine/alerting/count-anomaly.ts';
import { createEmitter } from '#engine/base/emitter.ts';
import { silentLogger } from '#engine/base/log.ts';
import { createFigureGatherer } from '#engine/gather-figures.ts';
import type { EventMap, Site } from '#engine/site.ts';
import { watchedCamera } from '#test/alerts.ts';
import { aCamera, aLine, aRecord, start, tempStore, testClock } from '#test/store.ts';

const hourMs = 3_600_000;
const weekMs = 7 * 24 * hourMs;

it('gathers what the ledger counted at this hour of the weeks, and forgets errors after five minutes', async () => {
  const clock = testClock(start - 9 * weekMs);
  const store = await tempStore({ clock });
  await store.cameras.add(aCamera());
  const line = await store.lines.save(aLine());
  let trackId = 0;
  for (const [weeksAgo, count] of [
    ...[5, 4, 3, 2, 1].map((weeks) => [weeks, 12] as const),
    [0, 1] as const,
  ]) {
    const end = start - weeksAgo * weekMs;
    const at = end - hourMs / 2;
    clock.set(end);
    const crossings = Array.from({ length: count }, () => ({ trackId: ++trackId, at }));
    await store.crossings.recordFrame(
      aRecord({ crossings, observed: { from: end - hourMs, to: end } }),
    );
  }
  const events = createEmitter<EventMap>(() => undefined);
  const site = {
    cameras: () => [watchedCamera()],
    plan: () => ({ lines: [line], zones: [], flows: [] }),
    occupancy: () => null,
  } satisfies Partial<Site> as unknown as Site;
  clock.set(start - 60_000);
  const figures = createFigureGatherer({
    ...{ site, store, events, clock, log: silentLogger, timeZone: 'UTC' },
    hasModel: () => true,
    judged: () => new Map(),
    onSite: () => null,
    disk: () => Promise.resolve({ freeBytes: 9e9, totalBytes: 10e9, reserveGb: 5 }),
    central: () => ({ behindMs: null }),
    certificates: () => Promise.resolve([]),
    verdict: () => Promise.resolve('not-countable'),
    load: () => ({ cpu: 0.5, memory: 0.5 }),
  });
  clock.set(start);
  events.emit('notice', {
    ...{ severity: 'error', code: 'INF_001', message: 'NaN', cameraId: null, at: start },
  });
  figures.failed('SYS_002');
  figures.now();
  await figures.close();
  const now = figures.now();
  expect(now.errors).toEqual(['INF_001', 'SYS_002']);
  expect([now.disk?.freeBytes, now.rolledBack, now.ledgerTrouble]).toEqual([9e9, [], null]);
  const hour = now.hours.get('door')!;
  expect(hour.now).toEqual({ count: 1, observedSeconds: 3600 });
  expect(hour.before.slice(0, 5)).toEqual(
    Array.from({ length: 5 }, () => ({ count: 12, observedSeconds: 3600 })),
  );
  expect(findAnomaly(hour, 4)).toMatchObject({ isKnown: true, weeks: 5 });
  clock.set(start + 300_000);
  expect(figures.now().errors).toEqual([]);
  await figures.close();
});
