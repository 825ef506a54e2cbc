/**
 * The worker of a camera is killed while people are inside its zones: no zone event is lost or doubled.
 */
import { afterAll, describe, expect, it } from 'vitest';
import type { ZoneEvent } from '#contract/zone.ts';
import { cleanUp, startStation, until, type StationProcess } from '#test/station-process.ts';

const limitMs = 120_000;
const kills = 4;

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
      process.kill(workers[0]!.pid!, 'SIGKILL');
      const after = await until(
        () => eventsOf(station),
        (rows) => rows.length > before.length,
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
    expect(workers[0]).toMatchObject({ restarts: kills });
    expect(await station.stop()).toBe(0);
  }, 600_000);
});
