import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Crossing } from '#contract/counting.ts';
import { addCamera } from '#engine/store/cameras.ts';
import { addObserved } from '#engine/store/coverage.ts';
import { insertCrossing, listCrossings } from '#engine/store/crossings.ts';
import { removeLine, saveLine } from '#engine/store/lines.ts';
import type { LedgerTally } from '#engine/store/records.ts';
import { queryTallies } from '#engine/store/tallies.ts';
import { aCamera, aCrossing, aLine, memoryDatabase, start, tempDatabase } from '#test/store.ts';

const minute = 60_000;
const hour = 60 * minute;
const origin = { cameraId: 'gate', epoch: 1 };

describe('tallies', () => {
  it('sum by line and hour, with zeros and the seconds observed', () => {
    const database = tempDatabase();
    addCamera(database, aCamera(), start);
    saveLine(database, aLine(), start);
    addObserved(database, 'gate', { from: start, to: start + 90 * minute });
    const crossings = [
      { trackId: 1, at: start },
      { trackId: 2, at: start + hour - 1, direction: 'out' as const },
      { trackId: 3, at: start + hour },
    ];
    for (const each of crossings) insertCrossing(database, origin, aCrossing(each));

    const query = { from: start, to: start + 3 * hour, bucket: 'hour' as const, timeZone: 'UTC' };
    expect(queryTallies(database, query)).toEqual([
      { ...tally(0, 1), in: 1, out: 1, observedSeconds: 3600 },
      { ...tally(1, 2), in: 1, out: 0, observedSeconds: 1800 },
      { ...tally(2, 3), in: 0, out: 0, observedSeconds: 0 },
    ]);
  });

  it('observe a line only while it is drawn', () => {
    const database = tempDatabase();
    addCamera(database, aCamera(), start);
    addObserved(database, 'gate', { from: start, to: start + 10 * hour });
    saveLine(database, aLine(), start + hour);
    saveLine(database, aLine({ name: 'Moved' }), start + 2 * hour);
    removeLine(database, 'door', start + 3 * hour);
    saveLine(database, aLine(), start + 6 * hour);

    const query = { from: start, to: start + 10 * hour, bucket: 'all' as const, timeZone: 'UTC' };
    expect(queryTallies(database, query)).toEqual([
      { ...tally(0, 10), in: 0, out: 0, observedSeconds: 6 * 3600 },
    ]);
    const gone = { ...query, from: start + 3 * hour, to: start + 6 * hour };
    expect(queryTallies(database, gone)).toEqual([]);
  });

  it('keep the rows of a camera that was never set up, as in a replay', () => {
    const database = tempDatabase();
    insertCrossing(database, origin, aCrossing());
    const query = { from: start, to: start + hour, bucket: 'all' as const, timeZone: 'UTC' };
    expect(queryTallies(database, query)).toEqual([
      { ...tally(0, 1), in: 1, out: 0, observedSeconds: 0 },
    ]);
  });

  it('refuse more than can be shown', () => {
    const database = tempDatabase();
    addCamera(database, aCamera(), start);
    saveLine(database, aLine(), start);
    saveLine(database, aLine({ id: 'exit' }), start);
    const query = { from: start, to: start + 40 * 24 * hour, timeZone: 'UTC' };
    expect(() => queryTallies(database, { ...query, bucket: 'minute' })).toThrow(
      '2 lines in 57600 time buckets',
    );
  });

  it('equal the rows in every bucket, zone and range', () => {
    const zones = [
      'UTC',
      'Asia/Kathmandu',
      'Australia/Lord_Howe',
      'America/St_Johns',
      'Europe/Berlin',
    ];
    const offset = fc.integer({ min: 0, max: 30 * hour });
    const rows = fc.array(
      fc.record({
        at: offset,
        cameraId: fc.constantFrom('gate', 'yard'),
        lineId: fc.constantFrom('door', 'exit'),
        direction: fc.constantFrom('in' as const, 'out' as const),
        label: fc.constantFrom('person' as const, 'vehicle' as const),
        // Few numbers, so that many rows are doubles and must not be summed.
        trackId: fc.integer({ min: 0, max: 30 }),
      }),
      { maxLength: 60 },
    );
    const bucket = fc.constantFrom('minute', 'quarter', 'hour', 'day', 'all');
    fc.assert(
      fc.property(
        rows,
        fc.tuple(offset, offset),
        fc.tuple(bucket, fc.constantFrom(...zones)),
        (written, [a, b], [size, timeZone]) => {
          const database = memoryDatabase();
          // Lord Howe changes its clock by half an hour on 4 April 2026 at 15:00 UTC.
          const base = Date.UTC(2026, 3, 4, 3);
          for (const { cameraId, at, ...rest } of written) {
            insertCrossing(database, { cameraId, epoch: 1 }, aCrossing({ ...rest, at: base + at }));
          }
          const range = { from: base + Math.min(a, b), to: base + Math.max(a, b) };
          const tallies = queryTallies(database, { ...range, bucket: size, timeZone });
          const crossings = listCrossings(database, { ...range, limit: 1000 });
          for (const each of tallies) expect(sums(each)).toEqual(count(crossings, each));
          const total = tallies.reduce((sum, each) => sum + each.in + each.out, 0);
          expect(total).toBe(crossings.length);
        },
      ),
      { numRuns: 60 },
    );
  });
});

function tally(fromHour: number, toHour: number) {
  return {
    cameraId: 'gate',
    lineId: 'door',
    from: start + fromHour * hour,
    to: start + toHour * hour,
  };
}

function sums(each: LedgerTally) {
  return { in: each.in, out: each.out };
}

function count(crossings: readonly Crossing[], { cameraId, lineId, from, to }: LedgerTally) {
  const inside = crossings.filter(
    (row) => row.cameraId === cameraId && row.lineId === lineId && row.at >= from && row.at < to,
  );
  const entering = inside.filter((row) => row.direction === 'in').length;
  return { in: entering, out: inside.length - entering };
}
