import { describe, expect, it } from 'vitest';
import { locate, toPolyline } from '#engine/counting/polyline.ts';

const picture = { width: 100, height: 100 };
const segment = toPolyline(
  [
    { x: 0.2, y: 0.5 },
    { x: 0.8, y: 0.5 },
  ],
  picture,
);
/** Right, then down: its left is above and to the right. */
const corner = toPolyline(
  [
    { x: 0.2, y: 0.2 },
    { x: 0.6, y: 0.2 },
    { x: 0.6, y: 0.8 },
  ],
  picture,
);
/** A spike that points up. */
const spike = toPolyline(
  [
    { x: 0.4, y: 0.9 },
    { x: 0.5, y: 0.1 },
    { x: 0.6, y: 0.9 },
  ],
  picture,
);

describe('place beside a line', () => {
  it.each([
    ['left of a segment', { line: segment, x: 50, y: 40 }, { distance: 10, along: 0.5 }],
    ['right of a segment', { line: segment, x: 50, y: 60 }, { distance: -10, along: 0.5 }],
    ['beyond its start', { line: segment, x: 14, y: 40 }, { distance: 10, along: -0.1 }],
    ['beyond its end', { line: segment, x: 86, y: 60 }, { distance: -10, along: 1.1 }],
    ['on it', { line: segment, x: 20, y: 50 }, { distance: 0, along: 0 }],
    ['inside a corner', { line: corner, x: 50, y: 30 }, { distance: -10, along: 0.3 }],
    ['outside a corner', { line: corner, x: 63, y: 16 }, { distance: 5, along: 0.4 }],
    ['beside the second part', { line: corner, x: 70, y: 50 }, { distance: 10, along: 0.7 }],
    ['beyond the end of a corner', { line: corner, x: 50, y: 90 }, { distance: -10, along: 1.1 }],
    ['above a spike', { line: spike, x: 49, y: 5 }, { distance: 5.09902, along: 0.5 }],
    ['above a spike, mirrored', { line: spike, x: 51, y: 5 }, { distance: 5.09902, along: 0.5 }],
  ])('%s', (_, { line, x, y }, expected) => {
    const place = locate(line, { x, y });
    expect({ distance: round(place.distance), along: round(place.along) }).toEqual(expected);
  });

  it('skips doubled points', () => {
    const doubled = toPolyline(
      [
        { x: 0.2, y: 0.5 },
        { x: 0.2, y: 0.5 },
        { x: 0.8, y: 0.5 },
      ],
      picture,
    );
    expect(locate(doubled, { x: 50, y: 40 })).toEqual(locate(segment, { x: 50, y: 40 }));
  });
});

const round = (value: number): number => Math.round(value * 1e6) / 1e6;
