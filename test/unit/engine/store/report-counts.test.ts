import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addCamera } from '#engine/store/cameras.ts';
import { addObserved } from '#engine/store/coverage.ts';
import { insertCrossing } from '#engine/store/crossings.ts';
import { removeLine, saveLine } from '#engine/store/lines.ts';
import type { PlaceCounts, ReportCountsQuery } from '#engine/store/records.ts';
import { queryReportCounts } from '#engine/store/report-counts.ts';
import { readRows } from '#engine/store/report-rows.ts';
import { insertZoneEvent } from '#engine/store/zone-events.ts';
import { zones } from '#engine/store/zones.ts';
import {
  aCamera,
  aCrossing,
  aLine,
  aZone,
  aZoneEvent,
  memoryDatabase,
  start,
  tempDatabase,
} from '#test/store.ts';

const hour = 3_600_000;
const day = 24 * hour;
const origin = { cameraId: 'gate', epoch: 1 };
const asked: ReportCountsQuery = {
  ...{ from: start, to: start + 3 * hour, bucket: 'hour', timeZone: 'UTC', dayStartHour: 0 },
  ...{ subject: 'lines', withHours: false, maxBuckets: 10_000, maxCells: 100_000 },
};

describe('counts of a report', () => {
  it('have what was observed and what was expected up to now', () => {
    const database = tempDatabase();
    addCamera(database, aCamera(), start);
    saveLine(database, aLine(), start + hour / 2);
    addObserved(database, 'gate', { from: start, to: start + 1.5 * hour });
    for (const [trackId, at, label] of [
      [1, start + 0.7 * hour, 'person'],
      [2, start + hour, 'vehicle'],
      [3, start + hour + 1, 'person'],
    ] as const) {
      insertCrossing(database, origin, aCrossing({ trackId, at, label }));
    }
    const now = start + 2.25 * hour;
    expect(queryReportCounts(database, asked, now)).toEqual({
      edges: [0, 1, 2, 3].map((index) => start + index * hour),
      places: [
        {
          ...{ cameraId: 'gate', id: 'door', name: 'Door', isDrawn: true },
          ...{ in: [1, 2, 0], out: [0, 0, 0] },
          ...{ observedSeconds: [1800, 1800, 0], expectedSeconds: [1800, 3600, 900] },
          labels: [
            { label: 'person', in: 2, out: 0 },
            { label: 'vehicle', in: 1, out: 0 },
          ],
        },
      ],
      hours: null,
    });
    const people = queryReportCounts(database, { ...asked, labels: ['person'] }, now).places[0];
    expect(people?.in).toEqual([1, 1, 0]);
    const leaving = queryReportCounts(database, { ...asked, direction: 'out' }, now).places[0];
    expect(leaving?.in).toEqual([0, 0, 0]);
  });

  it('leave out what was not there, and keep a removed line with its name', () => {
    const database = tempDatabase();
    addCamera(database, aCamera(), start);
    saveLine(database, aLine(), start);
    saveLine(database, aLine({ id: 'exit', name: 'Exit' }), start + day);
    removeLine(database, 'door', start + hour);
    const { places } = queryReportCounts(database, asked, start + 2 * day);
    expect(
      places.map(({ id, name, isDrawn, expectedSeconds }) => [id, name, isDrawn, expectedSeconds]),
    ).toEqual([['door', 'Door', false, [3600, 0, 0]]]);
    const elsewhere = { ...asked, cameraIds: ['yard'] };
    expect(queryReportCounts(database, elsewhere, start + 2 * day).places).toEqual([]);
    const others = { ...asked, ids: ['exit'] };
    expect(queryReportCounts(database, others, start + 2 * day).places).toEqual([]);
  });

  it('count who entered and left a zone, not who loitered', () => {
    const database = tempDatabase();
    addCamera(database, aCamera(), start);
    zones.save(database, aZone(), start);
    for (const [ordinal, kind, at] of [
      [0, 'enter', start],
      [1, 'loiter', start + 10],
      [2, 'leave', start + hour],
    ] as const) {
      insertZoneEvent(database, origin, aZoneEvent({ trackId: 1, ordinal, kind, at }));
    }
    const [zone] = queryReportCounts(database, { ...asked, subject: 'zones' }, start + day).places;
    expect([zone?.name, zone?.in, zone?.out]).toEqual(['Hall', [1, 0, 0], [0, 1, 0]]);
  });

  it('refuse more than one report can hold', () => {
    const database = tempDatabase();
    addCamera(database, aCamera(), start);
    saveLine(database, aLine(), start);
    saveLine(database, aLine({ id: 'exit' }), start);
    expect(() => queryReportCounts(database, { ...asked, maxCells: 5 }, start)).toThrow(
      '2 lines in 3 time buckets are too many',
    );
  });
});

/** Some days around a change of the clock in each zone; Vietnam has none. */
const changes = {
  'Europe/Berlin': [Date.UTC(2026, 2, 29, 1), Date.UTC(2026, 9, 25, 1)],
  'America/New_York': [Date.UTC(2026, 2, 8, 7), Date.UTC(2026, 10, 1, 6)],
  'Asia/Ho_Chi_Minh': [Date.UTC(2026, 5, 1, 17)],
  // The last zone whose offset was no whole minute, until 1972.
  'Africa/Monrovia': [Date.UTC(1972, 0, 7, 0, 44, 30)],
  'Australia/Lord_Howe': [Date.UTC(2026, 3, 4, 15), Date.UTC(2026, 9, 3, 15, 30)],
} as const;
type Zone = keyof typeof changes;

describe('sums of minutes, quarters, hours, days, weeks and months', () => {
  const zone = fc.constantFrom(...(Object.keys(changes) as Zone[]));
  const moment = zone.chain((timeZone) =>
    fc.record({ timeZone: fc.constant(timeZone), at: fc.constantFrom(...changes[timeZone]) }),
  );
  const offset = fc.integer({ min: -40 * hour, max: 40 * hour });
  const rows = fc.array(
    fc.record({
      at: offset,
      lineId: fc.constantFrom('door', 'exit'),
      direction: fc.constantFrom('in' as const, 'out' as const),
      label: fc.constantFrom('person' as const, 'vehicle' as const),
      // Few numbers, so that many rows are doubles and must not be summed.
      trackId: fc.integer({ min: 0, max: 40 }),
    }),
    { maxLength: 60 },
  );

  it('are the same and are those of the rows', () => {
    fc.assert(
      fc.property(
        moment,
        rows,
        fc.tuple(offset, offset, fc.integer({ min: 0, max: 23 })),
        ({ timeZone, at }, written, [a, b, dayStartHour]) => {
          const database = memoryDatabase();
          for (const row of written) {
            insertCrossing(database, origin, aCrossing({ ...row, at: at + row.at }));
          }
          const range = { from: at + Math.min(a, b), to: at + Math.max(a, b) };
          const all = readRows(database, { ...range, after: null, limit: 1000 });
          const expected = sumsOf(
            all.map(({ lineId, direction }) => ({ id: lineId, direction, count: 1 })),
          );
          for (const bucket of ['minute', 'quarter', 'hour', 'day', 'week', 'month'] as const) {
            const query = { ...asked, ...range, bucket, timeZone, dayStartHour, withHours: true };
            const { edges, places, hours } = queryReportCounts(database, query, range.to);
            const inHours = [...(hours?.in ?? []), ...(hours?.out ?? [])];
            expect(inHours.reduce((sum, count) => sum + count, 0)).toBe(all.length);
            expect(sumsOf(places.flatMap(flat))).toEqual(expected);
            // Each row is in the bucket that its time says.
            for (const place of places) {
              const found = edges
                .slice(1)
                .map(
                  (to, index) =>
                    all.filter(
                      (row) =>
                        row.lineId === place.id && row.at >= (edges[index] ?? to) && row.at < to,
                    ).length,
                );
              expect(place.in.map((count, index) => count + (place.out[index] ?? 0))).toEqual(
                found,
              );
            }
          }
        },
      ),
      { numRuns: 40 },
    );
  });
});

function flat({ id, in: into, out }: PlaceCounts) {
  return [
    ...into.map((count) => ({ id, direction: 'in', count })),
    ...out.map((count) => ({ id, direction: 'out', count })),
  ];
}

function sumsOf(parts: readonly { id: string; direction: string; count: number }[]) {
  const sums: Record<string, number> = {};
  for (const { id, direction, count } of parts) {
    if (count > 0) sums[`${id} ${direction}`] = (sums[`${id} ${direction}`] ?? 0) + count;
  }
  return sums;
}

describe('pages of rows', () => {
  it('join to all rows in the order of time, whatever the length of a page', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 30 }),
        fc.integer({ min: 1, max: 12 }),
        (times, limit) => {
          const database = memoryDatabase();
          for (const [trackId, at] of times.entries()) {
            insertCrossing(database, origin, aCrossing({ trackId, at: start + at }));
          }
          const range = { from: start + 2, to: start + 18 };
          const whole = readRows(database, { ...range, after: null, limit: 1000 });
          const joined = [];
          for (let after: { at: number; id: number } | null = null; ;) {
            const page = readRows(database, { ...range, after, limit });
            joined.push(...page);
            after = page.at(-1) ?? null;
            if (page.length < limit) break;
          }
          expect(joined).toEqual(whole);
          const inside = times.filter((at) => at >= 2 && at < 18).sort((a, b) => a - b);
          expect(whole.map(({ at }) => at - start)).toEqual(inside);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('are only of the cameras that are wanted', () => {
    const database = memoryDatabase();
    insertCrossing(database, origin, aCrossing());
    insertCrossing(database, { cameraId: 'yard', epoch: 1 }, aCrossing());
    const query = { from: start, to: start + day, after: null, limit: 10 };
    const found = readRows(database, { ...query, cameraIds: ['yard'] });
    expect(found.map(({ cameraId }) => cameraId)).toEqual(['yard']);
  });
});
