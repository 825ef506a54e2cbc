import { describe, expect, it } from 'vitest';
import { parseRoute } from '../../../renderer/lib/route.ts';
import {
  isScreen,
  nextStop,
  pageCount,
  tourStops,
  wallOf,
  wallRoute,
} from '../../../renderer/lib/wall-pages.ts';
import { sameTimeYesterday } from '../../../renderer/lib/day.ts';

describe('pages of a wall', () => {
  it.each([
    ['no camera', 0, '4', 1],
    ['as many as fit', 4, '4', 1],
    ['one more', 5, '4', 2],
    ['one at a time', 3, '1', 3],
    ['one large and seven small', 9, 'focus', 2],
    ['all cameras', 17, null, 2],
  ] as const)('%s', (_, count, layout, pages) => {
    expect(pageCount(count, layout)).toBe(pages);
  });
});

describe('a tour', () => {
  const walls = [
    { id: 'gates', count: 5, layout: '4' },
    { id: 'gone', count: 0, layout: '9' },
    { id: 'yard', count: 2, layout: 'focus' },
  ] as const;

  it('goes through every page of every wall that has cameras, and begins again', () => {
    const stops = tourStops(walls, 20);
    const way = [{ wallId: 'gates', page: 0 }];
    for (let step = 0; step < 3; step++) way.push(nextStop(stops, way.at(-1)!) as (typeof way)[0]);
    expect(way.map(({ wallId, page }) => `${wallId} ${page}`)).toEqual([
      'gates 0',
      'gates 1',
      'yard 0',
      'gates 0',
    ]);
  });

  it('goes through the pages of all cameras where no wall is kept', () => {
    expect(tourStops([], 20)).toEqual([
      { wallId: null, page: 0 },
      { wallId: null, page: 1 },
    ]);
  });

  it('begins with the first stop from a wall that is not on it', () => {
    expect(nextStop(tourStops(walls, 20), { wallId: null, page: 1 })).toEqual({
      wallId: 'gates',
      page: 0,
    });
  });
});

describe('the route of a wall', () => {
  it.each([
    ['#/live', { wallId: null }, false],
    ['#/live/~/screen', { wallId: null }, true],
    ['#/live/~gates', { wallId: 'gates' }, false],
    ['#/live/~gates/screen', { wallId: 'gates' }, true],
    ['#/live/gate-cam', undefined, false],
    ['#/live/gate-cam/screen', undefined, false],
    ['#/counts', undefined, false],
  ])('%s', (hash, wall, alone) => {
    const route = parseRoute(hash);
    expect([wallOf(route), isScreen(route)]).toEqual([wall, alone]);
  });

  it('is the plain live view for all cameras', () => {
    expect(wallRoute(null)).toEqual({ task: 'live', id: null });
  });
});

describe('yesterday by this time', () => {
  it('is the same on the clock, also over a month', () => {
    const now = new Date(2026, 2, 1, 14, 30).getTime();
    expect(new Date(sameTimeYesterday(now))).toEqual(new Date(2026, 1, 28, 14, 30));
  });
});
