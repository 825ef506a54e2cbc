/**
 * A store with days of counts, and everything that reports tell of it.
 */
import { silentLogger } from '#engine/base/log.ts';
import { type ArchiveKeeperDeps, type ArchiveKeeper, keepArchive } from '#engine/archive-keeper.ts';
import type { ReportCountsQuery } from '#engine/store/records.ts';
import type { Store } from '#engine/store/store.ts';
import { randomOf } from './random.ts';
import { aCamera, aFlow, aLine, aRecord, aZone, start } from './store-records.ts';

const dayMs = 86_400_000;
const cameras = ['gate', 'yard'];
/** Of each kind, camera and day */
const perDay = 12;

/** Counts at random times; the same in every call. */
export async function countForDays(store: Store, days: number): Promise<void> {
  const random = randomOf('archived site').even;
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)]!;
  for (const id of cameras) {
    await store.cameras.add(aCamera({ id, name: id }));
    await store.lines.save(aLine({ id: `${id}-door`, cameraId: id }));
    await store.zones.save(aZone({ id: `${id}-hall`, cameraId: id }));
    await store.flows.save(
      aFlow({
        ...{ id: `${id}-way`, cameraId: id },
        from: { on: 'zone', zoneId: `${id}-hall`, kind: 'leave' },
        to: { on: 'line', lineId: `${id}-door`, direction: 'out' },
      }),
    );
    const epoch = await store.checkpoints.beginEpoch(id);
    let track = 0;
    const records = Array.from({ length: days * perDay }, (_, index) => {
      const from = start + Math.floor((index * dayMs) / perDay);
      const at = from + Math.floor(random() * (dayMs / perDay));
      const trackId = ++track;
      return aRecord({
        ...{ cameraId: id, epoch, frameSeq: index, at },
        crossings: [
          {
            ...{ lineId: `${id}-door`, trackId, at, direction: pick(['in', 'out'] as const) },
            ...{ label: pick(['person', 'vehicle']), score: random() },
            point: { x: random(), y: 1 / 3 },
          },
        ],
        zoneEvents: [
          {
            ...{ zoneId: `${id}-hall`, trackId, at, kind: pick(['enter', 'leave'] as const) },
            ...{ label: pick(['person', 'vehicle']), dwellSeconds: random() * 100 },
          },
        ],
        passages: [
          { flowId: `${id}-way`, trackId, at, fromAt: at - Math.floor(random() * 60_000) },
        ],
        observed: { from, to: from + dayMs / perDay },
      });
    });
    await store.crossings.recordBatch(records);
  }
}

/** A keeper of which nothing begins by itself. */
export function archiveOf(
  store: Store,
  folder: string,
  now: () => number,
  changes: Partial<ArchiveKeeperDeps> = {},
): Promise<ArchiveKeeper> {
  return keepArchive({
    ...{ store, folder, log: silentLogger },
    clock: { now, monotonicMs: () => 0 },
    central: { hasArrived: () => Promise.resolve(true) },
    openRemote: () => Promise.resolve(null),
    later: () => () => undefined,
    ...changes,
  });
}

/** What reports, tallies and sums of flows say, in zones of time whose hours lie apart. */
export async function reportsOf(store: Store, days: number): Promise<unknown> {
  const range = { from: start, to: start + days * dayMs };
  const counts = (changes: Partial<ReportCountsQuery>) =>
    store.reports.counts({
      ...{ ...range, bucket: 'day', timeZone: 'Europe/Berlin', dayStartHour: 4 },
      ...{ subject: 'lines', withHours: true, maxBuckets: 10_000, maxCells: 100_000 },
      ...changes,
    });
  const of = { timeZone: 'Asia/Kathmandu', ...range };
  return {
    lines: await counts({}),
    months: await counts({ bucket: 'month', withHours: false }),
    people: await counts({ labels: ['person'], bucket: 'hour', timeZone: 'Australia/Lord_Howe' }),
    zones: await counts({ subject: 'zones' }),
    vehicles: await counts({ subject: 'zones', labels: ['vehicle'], bucket: 'quarter' }),
    tallies: await store.tallies.query({ ...of, bucket: 'day' }),
    flows: await store.flows.tallies({ ...of, bucket: 'hour' }),
  };
}

/** Every row of the ledger, and counts by the minute. */
export async function rowsOf(store: Store): Promise<unknown> {
  return {
    crossings: await store.crossings.list({ limit: 10_000 }),
    file: await store.reports.rows({
      after: null,
      from: 0,
      to: start + 1_000 * dayMs,
      limit: 10_000,
    }),
    zoneEvents: await store.zones.events({ limit: 10_000 }),
    passages: await store.flows.passages({ limit: 10_000 }),
    minutes: await store.tallies.query({
      ...{ from: start, to: start + dayMs, bucket: 'minute', timeZone: 'UTC' },
    }),
    amount: await store.amounts({ kind: 'counts' }),
  };
}
