import { describe, expect, it } from 'vitest';
import { addCamera } from '#engine/store/cameras.ts';
import { saveLine } from '#engine/store/lines.ts';
import { listBoundaries, noteModel } from '#engine/store/model-boundaries.ts';
import { queryTallies } from '#engine/store/tallies.ts';
import { aCamera, aLine, memoryDatabase, start } from '#test/store.ts';

const [a, b] = ['a'.repeat(64), 'b'.repeat(64)];
const range = { from: start, to: start + 100_000 };

describe('boundaries between models', () => {
  it('are marked at the first frame of another model, and once', () => {
    const database = memoryDatabase();
    const seen: [string, number][] = [
      [a, 0],
      [a, 1_000],
      [b, 2_000],
      [b, 3_000],
      [a, 4_000],
    ];
    for (const [digest, ms] of seen) {
      noteModel(database, { cameraId: 'gate', digest, at: start + ms });
    }
    // What a spool brings again, of before the newest boundary
    for (const [digest, ms] of seen) {
      noteModel(database, { cameraId: 'gate', digest, at: start + ms });
    }
    noteModel(database, { cameraId: 'yard', digest: b, at: start });
    expect(listBoundaries(database, range)).toEqual([
      { cameraId: 'gate', at: start + 2_000, digest: b, former: a },
      { cameraId: 'gate', at: start + 4_000, digest: a, former: b },
    ]);
    expect(listBoundaries(database, { ...range, from: start + 3_000, cameraId: 'gate' })).toEqual([
      { cameraId: 'gate', at: start + 4_000, digest: a, former: b },
    ]);
  });

  it('are in the tally of their bucket', () => {
    const database = memoryDatabase();
    addCamera(database, aCamera(), start);
    saveLine(database, aLine(), start);
    noteModel(database, { cameraId: 'gate', digest: a, at: start });
    noteModel(database, { cameraId: 'gate', digest: b, at: start + 90_000 });
    const tallies = queryTallies(database, {
      ...{ from: start, to: start + 180_000, bucket: 'minute', timeZone: 'UTC' },
    });
    expect(tallies.map(({ boundaries }) => boundaries)).toEqual([
      undefined,
      [{ cameraId: 'gate', at: start + 90_000, digest: b, former: a }],
      undefined,
    ]);
  });
});
