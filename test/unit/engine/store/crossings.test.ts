import { describe, expect, it } from 'vitest';
import type { CrossingQuery } from '#engine/store/records.ts';
import { insertCrossing, listCrossings } from '#engine/store/crossings.ts';
import { toPending } from '#engine/store/facts.ts';
import { aCrossing, start, tempDatabase } from '#test/store.ts';

const origin = { cameraId: 'gate', epoch: 12 };

describe('a row of the ledger', () => {
  it('comes back as it was written', () => {
    const database = tempDatabase();
    const crossing = aCrossing({ trackId: 345, score: 0.1 + 0.2, ordinal: 2, direction: 'out' });
    const id = insertCrossing(database, origin, crossing);
    expect(listCrossings(database, { limit: 1 })).toEqual([{ id, ...toPending(origin, crossing) }]);
  });

  it.each<[string, object, object, number]>([
    ['is one when it comes twice', {}, {}, 1],
    [
      'is one though the time differs, which a track cannot cross twice with',
      {},
      { at: start + 5 },
      1,
    ],
    ['is another for the next crossing of the track', {}, { ordinal: 1 }, 2],
    ['is another on another revision', {}, { lineRevision: 2 }, 2],
    ['is another on another line', {}, { lineId: 'exit' }, 2],
    ['is another for another track', {}, { trackId: 9 }, 2],
    ['is another in another epoch', {}, { epoch: 13 }, 2],
    ['is another on another camera', {}, { cameraId: 'yard' }, 2],
  ])('%s', (_, ...[first, second, expected]) => {
    const database = tempDatabase();
    for (const each of [first, second]) {
      insertCrossing(database, { ...origin, ...each }, aCrossing(each));
    }
    expect(listCrossings(database, { limit: 10 })).toHaveLength(expected);
  });

  it('cannot be changed or removed', () => {
    const database = tempDatabase();
    insertCrossing(database, origin, aCrossing());
    expect(() => database.exec('DELETE FROM crossings')).toThrow('append-only');
    expect(() => database.exec("UPDATE crossings SET direction = 'out'")).toThrow('append-only');
  });
});

describe('the list of crossings', () => {
  // at 0 … 9 s: even ones on gate/door, odd ones on yard/exit; the last two come late, as from the spool
  function filled() {
    const database = tempDatabase();
    for (const second of [0, 1, 2, 3, 4, 5, 8, 9, 6, 7]) {
      const [cameraId, lineId] = second % 2 === 0 ? ['gate', 'door'] : ['yard', 'exit'];
      const crossing = aCrossing({ lineId, trackId: second, at: start + second * 1000 });
      insertCrossing(database, { cameraId, epoch: 1 }, crossing);
    }
    return database;
  }

  it.each<[string, Partial<CrossingQuery>, number[]]>([
    ['is newest first by time', {}, [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]],
    ['takes one camera', { cameraId: 'gate' }, [8, 6, 4, 2, 0]],
    ['takes one line', { lineId: 'exit', limit: 3 }, [9, 7, 5]],
    ['takes a range without its end', { from: start + 2000, to: start + 4000 }, [3, 2]],
    ['is empty for an unknown line', { lineId: 'nowhere' }, []],
    ['is empty before the first row', { beforeId: 1 }, []],
  ])('%s', (_, query, expected) => {
    const rows = listCrossings(filled(), { limit: 100, ...query });
    expect(rows.map((row) => (row.at - start) / 1000)).toEqual(expected);
  });

  it.each<Partial<CrossingQuery>>([{}, { cameraId: 'gate' }, { to: start + 8500 }])(
    'is whole when it is read in pages (%o)',
    (query) => {
      const database = filled();
      const whole = listCrossings(database, { limit: 100, ...query });
      const pages: number[] = [];
      for (let beforeId: number | undefined; ; beforeId = pages.at(-1)) {
        const page = listCrossings(database, { limit: 3, ...query, beforeId });
        if (page.length === 0) break;
        pages.push(...page.map((row) => row.id));
      }
      expect(pages).toEqual(whole.map((row) => row.id));
    },
  );

  it('keeps rows of the same instant apart in pages', () => {
    const database = tempDatabase();
    for (const trackId of [1, 2, 3, 4, 5]) insertCrossing(database, origin, aCrossing({ trackId }));
    expect(listCrossings(database, { limit: 9, beforeId: 3 }).map((row) => row.id)).toEqual([2, 1]);
  });
});
