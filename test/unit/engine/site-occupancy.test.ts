import { describe, expect, it, onTestFinished } from 'vitest';
import { createEmitter } from '#engine/base/emitter.ts';
import { silentLogger } from '#engine/base/log.ts';
import { keepSiteOccupancy, type SiteOccupancyKeeper } from '#engine/site-occupancy.ts';
import type { EventMap } from '#engine/site.ts';
import type { Store } from '#engine/store/store.ts';
import { until } from '#test/station-process.ts';
import { aRecord, start, tempFolder, tempStore, testClock, type TestClock } from '#test/store.ts';

const limitMs = 30_000;
const noHours = { zones: [], emptyHours: null, errorShare: 0.05 };
const frontDoor = { ...noHours, doors: [{ lineId: 'door', isReversed: false }] };

interface Rig {
  readonly store: Store;
  readonly clock: TestClock;
  readonly keeper: SiteOccupancyKeeper;
  /** Writes crossings and announces them, as a station does */
  readonly cross: (...ways: readonly ('in' | 'out')[]) => Promise<void>;
  /** So many are inside the zone now */
  readonly see: (count: number) => void;
  readonly log: () => Promise<readonly (readonly unknown[])[]>;
}

let tracks = 0;

async function rig(folder = tempFolder(), now = start): Promise<Rig> {
  const clock = testClock(now);
  const store = await tempStore({ folder, clock });
  const events = createEmitter<EventMap>((error) => {
    throw error;
  });
  const keeper = await keepSiteOccupancy({
    store,
    events,
    clock,
    log: silentLogger,
    timeZone: 'UTC',
  });
  onTestFinished(() => keeper.close());
  return {
    store,
    clock,
    keeper,
    async cross(...ways) {
      const crossings = ways.map((direction) => ({
        direction,
        trackId: ++tracks,
        at: clock.now(),
      }));
      const recorded = await store.crossings.recordFrame(aRecord({ crossings }));
      if (recorded.state === 'written')
        for (const row of recorded.rows) events.emit('crossing', row);
    },
    see(count) {
      const zone = { zoneId: 'hall', count, byLabel: {}, longestDwellSeconds: 0 };
      events.emit('occupancy', { cameraId: 'gate', at: clock.now(), zones: [zone] });
    },
    async log() {
      const rows = await store.site.corrections({ limit: 99 });
      return rows.map(({ before, after, reason, by }) => [before, after, reason, by]);
    },
  };
}

const reads = (keeper: SiteOccupancyKeeper, count: number) =>
  until(
    () => keeper.reading(),
    (reading) => reading.count === count,
    limitMs,
  );

describe('the occupancy of the site', () => {
  it('is in − out of its doors, and of no other line', async () => {
    const { keeper, cross, store } = await rig();
    await keeper.define(frontDoor);
    await cross('in', 'in', 'in', 'out');
    await store.crossings.recordFrame(aRecord({ crossings: [{ lineId: 'hedge', trackId: 999 }] }));
    expect(await reads(keeper, 2)).toMatchObject({ crossingsSince: 4, correctedAt: null });
  });

  it('turns a door round', async () => {
    const { keeper, cross } = await rig();
    await keeper.define({ ...noHours, doors: [{ lineId: 'door', isReversed: true }] });
    await cross('out', 'out', 'in');
    await reads(keeper, 1);
  });

  it('does not count what crossed before the line was a door', async () => {
    const { keeper, cross } = await rig();
    await cross('in', 'in');
    await keeper.define(frontDoor);
    await cross('in');
    await reads(keeper, 1);
  });

  it('is never negative, and says so in the log', async () => {
    const { keeper, cross, log } = await rig();
    await keeper.define(frontDoor);
    await cross('in', 'out', 'out', 'in', 'in');
    await reads(keeper, 2);
    expect(await log()).toEqual([[0, 0, 'more-out-than-in', 'station']]);
  });

  it('is set by a person, with the reason and the name', async () => {
    const { keeper, cross, store } = await rig();
    await keeper.define(frontDoor);
    await cross('in');
    const reading = await keeper.correct({ count: 12, note: 'Counted at roll call', by: 'mai' });
    expect(reading).toEqual({
      count: 12,
      low: 12,
      high: 12,
      correctedAt: start,
      crossingsSince: 0,
    });
    expect(await store.site.corrections({ limit: 9 })).toEqual([
      {
        id: 1,
        at: start,
        before: 1,
        after: 12,
        reason: 'set-by-hand',
        note: 'Counted at roll call',
        by: 'mai',
      },
    ]);
  });

  it('goes on after a crash where it was, and takes in what crossed meanwhile once', async () => {
    const folder = tempFolder();
    const first = await rig(folder);
    await first.keeper.define(frontDoor);
    await first.cross('in', 'in');
    await reads(first.keeper, 2);
    // Written to the ledger, but the keeper ends before it has heard of it.
    await first.keeper.close();
    await first.store.crossings.recordFrame(aRecord({ crossings: [{ trackId: ++tracks }] }));
    await first.store.close();
    const second = await rig(folder);
    await reads(second.keeper, 3);
    await second.cross('out');
    await reads(second.keeper, 2);
    expect(await second.log()).toEqual([]);
  });

  it('is raised by people who are seen for a while, not by one look', async () => {
    const { keeper, clock, see, log } = await rig();
    await keeper.define({ ...frontDoor, zones: ['hall'] });
    see(4);
    clock.set(start + 2000);
    see(2);
    clock.set(start + 4000);
    see(3);
    clock.set(start + 6000);
    see(3);
    expect(await reads(keeper, 2)).toMatchObject({ low: 2 });
    expect(await log()).toEqual([[0, 2, 'seen-inside', 'station']]);
  });

  it('is nobody when the known-empty hours begin, once, and counts who comes later', async () => {
    const folder = tempFolder();
    const emptyHours = { from: '22:00', to: '05:00' };
    const evening = Date.UTC(2026, 2, 2, 21, 59);
    const before = await rig(folder, evening);
    await before.keeper.define({ ...frontDoor, emptyHours });
    await before.cross('in', 'in');
    await reads(before.keeper, 2);
    await before.keeper.close();
    await before.store.close();
    const night = await rig(folder, evening + 120_000);
    await reads(night.keeper, 0);
    await night.cross('in');
    await reads(night.keeper, 1);
    await night.keeper.close();
    await night.store.close();
    const later = await rig(folder, evening + 3 * 3_600_000);
    await later.cross('in');
    await reads(later.keeper, 2);
    expect(await later.log()).toEqual([[2, 0, 'known-empty', 'station']]);
  });

  it('keeps the number when a door is added, and refuses to lose a line it needs', async () => {
    const { keeper, cross } = await rig();
    await keeper.define(frontDoor);
    await cross('in', 'in');
    await reads(keeper, 2);
    const doors = [...frontDoor.doors, { lineId: 'back', isReversed: false }];
    await keeper.define({ ...frontDoor, doors, zones: ['hall'] });
    expect(keeper.reading().count).toBe(2);
    expect(() => keeper.refuseUsed({ on: 'line', id: 'back' })).toThrow('counted with this line');
    expect(() => keeper.refuseUsed({ on: 'zone', id: 'hall' })).toThrow('counted with this zone');
    keeper.refuseUsed({ on: 'zone', id: 'back' });
  });
});
