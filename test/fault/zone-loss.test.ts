/**
 * The worker of a camera is killed while people are inside its zones: no zone event is lost or doubled.
 */
import { afterAll, describe, expect, it, onTestFailed } from 'vitest';
import type { ZoneEvent } from '#contract/zone.ts';
import { cleanUp, startStation, until, type StationProcess } from '#test/station-process.ts';

const limitMs = 300_000;
const kills = 3;

afterAll(cleanUp);

const eventsOf = (station: StationProcess) =>
  station.call('zoneEvent.list', { zoneId: 'hall', limit: 1000 });

async function insideOf(station: StationProcess): Promise<number> {
  const [camera] = await station.call('occupancy.get', {});
  return camera?.zones[0]?.count ?? 0;
}

/** In − out of all rows, and how many are inside, read while nothing moved. */
function balanceOf(station: StationProcess) {
  return until(
    async () => {
      const before = await insideOf(station);
      const rows = await eventsOf(station);
      const after = await insideOf(station);
      const count = (kind: ZoneEvent['kind']) => rows.filter((row) => row.kind === kind).length;
      return { before, after, left: count('enter') - count('leave') };
    },
    ({ before, after, left }) => before === after && after === left,
    limitMs,
  );
}

describe('a worker killed while people are inside a zone', () => {
  it('loses and doubles no event', async () => {
    const station = await startStation({ flags: ['--workers', '1'] });
    onTestFailed(async () => {
      const asked = ['station.info', 'camera.list', 'occupancy.get'] as const;
      for (const name of asked) console.log(name, JSON.stringify(await station.call(name, {})));
      console.log(station.output());
    });
    await station.call('camera.add', {
      id: 'plaza',
      name: 'Plaza',
      source: 'simulated://plaza?people=8&seed=11&fps=6',
      fps: 6,
    });
    await station.call('zone.save', {
      id: 'hall',
      cameraId: 'plaza',
      name: 'Hall',
      points: [
        { x: 0.1, y: 0.4 },
        { x: 0.9, y: 0.4 },
        { x: 0.9, y: 0.97 },
        { x: 0.1, y: 0.97 },
      ],
    });
    for (let kill = 1; kill <= kills; kill++) {
      const before = await until(
        () => eventsOf(station),
        (rows) => rows.length >= kill * 4,
        limitMs,
      );
      await until(
        () => insideOf(station),
        (inside) => inside > 0,
        limitMs,
      );
      const { workers } = await station.call('station.info', {});
      const victim = workers[0]!.pid!;
      process.kill(victim, 'SIGKILL');
      // Rows that were on their way still come; what counts is what its successor writes.
      await until(
        () => station.call('station.info', {}),
        (info) => info.workers.some(({ pid, state }) => pid !== victim && state === 'ready'),
        limitMs,
      );
      const left = await eventsOf(station);
      const after = await until(
        () => eventsOf(station),
        (rows) => rows.length > left.length,
        limitMs,
      );
      // What was there stays there, as it was.
      const kept = new Map(after.map((row) => [row.id, row]));
      for (const row of before) expect(kept.get(row.id)).toEqual(row);
    }
    const { left } = await balanceOf(station);
    expect(left).toBeGreaterThanOrEqual(0);

    const rows = await eventsOf(station);
    const byTrack = Map.groupBy(rows.toReversed(), (row) => row.trackUid);
    for (const [uid, events] of byTrack) {
      const ordinals = events.map(({ ordinal }) => ordinal).sort((a, b) => a - b);
      // A number that is missing is an event that was decided and never written; one that comes twice is a double.
      expect([uid, ordinals]).toEqual([uid, ordinals.map((_, index) => index)]);
    }
    const { workers } = await station.call('station.info', {});
    // A machine that is too busy ends more of them by itself, which loses nothing either.
    expect(workers[0]!.restarts).toBeGreaterThanOrEqual(kills);
    expect(await station.stop()).toBe(0);
  }, 1_800_000);
});
