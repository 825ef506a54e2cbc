import { describe, expect, it } from 'vitest';
import { insertZoneEvent } from '#engine/store/zone-events.ts';
import { queryZoneStays } from '#engine/store/zone-stays.ts';
import { aZoneEvent, memoryDatabase, start } from '#test/store.ts';

const minute = 60_000;
const origin = { cameraId: 'gate', epoch: 1 };
const hour = { from: start, to: start + 60 * minute };

/** Stays in minutes from the start of the hour. */
function stays(...those: readonly (readonly [from: number, to: number])[]) {
  const database = memoryDatabase();
  for (const [index, [from, to]] of those.entries()) {
    const track = { trackId: index, label: index % 2 === 0 ? 'person' : 'vehicle' } as const;
    const [at, until] = [start + from * minute, start + to * minute];
    insertZoneEvent(database, origin, aZoneEvent({ ...track, at }));
    insertZoneEvent(
      database,
      origin,
      aZoneEvent({
        ...{ ...track, ordinal: 1, kind: 'leave', at: until },
        dwellSeconds: (to - from) * 60,
      }),
    );
  }
  return database;
}

describe('stays in a zone', () => {
  it.each([
    ['of nobody', [], [null, null, null, 0, 0, null]],
    [
      'one after the other',
      [
        [0, 4],
        [4, 6],
      ],
      [3, 3, 4, 6, 1, 0],
    ],
    [
      'that overlap',
      [
        [0, 10],
        [5, 15],
        [8, 9],
      ],
      [7, 10, 10, 21, 3, 8],
    ],
    [
      'of four, with the middle between two',
      [
        [0, 1],
        [10, 12],
        [20, 24],
        [30, 38],
      ],
      [3.75, 3, 8, 15, 1, 0],
    ],
    ['that began before', [[-30, 10]], [40, 40, 40, 10, 1, 0]],
    ['that end after', [[50, 70]], [null, null, null, 10, 1, 50]],
    ['that last through', [[-5, 65]], [null, null, null, 60, 1, 0]],
    [
      'beside the time',
      [
        [-9, -1],
        [61, 70],
      ],
      [null, null, null, 0, 0, null],
    ],
  ] as const)('%s', (_, those, [mean, median, longest, inside, most, at]) => {
    const seconds = (minutes: number | null) => (minutes === null ? null : minutes * 60);
    const found = queryZoneStays(stays(...those), hour);
    const zone = {
      ...{ cameraId: 'gate', zoneId: 'hall', insideSeconds: inside * 60, mostInside: most },
      ...{ meanSeconds: seconds(mean), medianSeconds: seconds(median) },
      longestSeconds: seconds(longest),
      mostInsideAt: at === null ? null : start + at * minute,
    };
    expect(found).toEqual(those.length === 0 ? [] : [zone]);
  });

  it('are those of the classes and cameras that were asked for', () => {
    const database = stays([0, 10], [5, 15]);
    const people = queryZoneStays(database, { ...hour, labels: ['person'] });
    expect(people).toMatchObject([{ meanSeconds: 600, mostInside: 1 }]);
    expect(queryZoneStays(database, { ...hour, cameraIds: ['yard'] })).toEqual([]);
  });

  it('are not known where the rows are in the archive', () => {
    const database = stays([0, 10]);
    database
      .prepare(
        `INSERT INTO archive_parts (kind, day, last_id, state, rows, bytes, digest, at_ms)
         VALUES ('zone_events', ?, 1, 'archived', 1, 1, 'x', 0)`,
      )
      .run(Math.floor(start / 86_400_000));
    expect(queryZoneStays(database, hour)).toBeNull();
  });
});
