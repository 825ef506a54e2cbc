import { describe, expect, it } from 'vitest';
import type { Line } from '#contract/counting.ts';
import { createLineCounter } from '#engine/counting/line-counter.ts';
import { directions, feed, gone, middle, path, picture, trackAt, type Walk } from './walks.ts';

// Feet boxes are 60 px wide: the band is 9 px, two bands are 18 px.
describe('line counter', () => {
  it.each<[string, Walk, string[]]>([
    [
      'walks up',
      path([
        [0.5, 0.9],
        [0.5, 0.1],
      ]),
      ['in'],
    ],
    [
      'walks down',
      path([
        [0.5, 0.1],
        [0.5, 0.9],
      ]),
      ['out'],
    ],
    [
      'turns back before the line',
      path([
        [0.5, 0.9],
        [0.5, 0.51],
        [0.5, 0.9],
      ]),
      [],
    ],
    [
      'goes out and comes back',
      path([
        [0.5, 0.9],
        [0.5, 0.3],
        [0.5, 0.9],
      ]),
      ['in', 'out'],
    ],
    [
      'turns back within the band',
      path([
        [0.5, 0.9],
        [0.5, 0.495],
        [0.5, 0.9],
      ]),
      [],
    ],
    [
      'passes beside the line',
      path([
        [0.95, 0.9],
        [0.95, 0.1],
      ]),
      [],
    ],
    [
      'passes within 5 % of its end',
      path([
        [0.82, 0.9],
        [0.82, 0.1],
      ]),
      ['in'],
    ],
    [
      'walks along the line within the band',
      path([
        [0.25, 0.504],
        [0.75, 0.496],
      ]),
      [],
    ],
    [
      'walks around the end and back over the line',
      path([
        [0.5, 0.9],
        [0.95, 0.9],
        [0.95, 0.1],
        [0.5, 0.1],
        [0.5, 0.9],
      ]),
      ['out'],
    ],
    [
      'stops on the line for 5 s and goes on',
      [
        ...path([
          [0.5, 0.9],
          [0.5, 0.5],
        ]),
        ...still(0.5, 50),
        ...path([
          [0.5, 0.5],
          [0.5, 0.1],
        ]),
      ],
      ['in'],
    ],
    [
      'stops on the line for 5 s and returns',
      [
        ...path([
          [0.5, 0.9],
          [0.5, 0.5],
        ]),
        ...still(0.5, 50),
        ...path([
          [0.5, 0.5],
          [0.5, 0.9],
        ]),
      ],
      [],
    ],
    [
      'jitters on the line',
      Array.from({ length: 100 }, (_, i) => ({ x: 0.5, y: 0.5 + (i % 2 ? 0.008 : -0.008) })),
      [],
    ],
    [
      'jitters beyond the band for one frame',
      [
        ...path([
          [0.5, 0.9],
          [0.5, 0.52],
        ]),
        { x: 0.5, y: 0.488 },
        ...path([
          [0.5, 0.52],
          [0.5, 0.9],
        ]),
      ],
      [],
    ],
    [
      'is beyond the band, re-enters it and goes on',
      [...still(0.6, 5), at(0.488), at(0.495), at(0.495), at(0.488), ...still(0.488, 2)],
      ['in'],
    ],
    ['jumps beyond two bands', [...still(0.53, 5), at(0.47), ...still(0.53, 5)], ['in', 'out']],
    [
      'is born inside the band before it and goes on',
      path([
        [0.5, 0.505],
        [0.5, 0.1],
      ]),
      ['in'],
    ],
    [
      'is born inside the band behind it and goes on',
      path([
        [0.5, 0.497],
        [0.5, 0.1],
      ]),
      [],
    ],
    ['is born inside the band and hardly moves over it', [at(0.501), ...still(0.4905, 20)], []],
    [
      'ends just beyond the band',
      [
        ...path([
          [0.5, 0.9],
          [0.5, 0.53],
        ]),
        at(0.489),
      ],
      ['in'],
    ],
    [
      'ends inside the band',
      [
        ...path([
          [0.5, 0.9],
          [0.5, 0.53],
        ]),
        at(0.497),
      ],
      [],
    ],
    [
      'is hidden while passing',
      [
        ...path([
          [0.5, 0.7],
          [0.5, 0.55],
        ]),
        ...gone(5),
        ...path([
          [0.5, 0.45],
          [0.5, 0.3],
        ]),
      ],
      ['in'],
    ],
  ])('a person who %s', (_, walk, expected) => {
    expect(directions(feed(createLineCounter(middle, picture), { 1: walk }))).toEqual(expected);
  });

  it('stamps the first look beyond the band, not the one that decides', () => {
    const walk = [...still(0.6, 5), at(0.4905), at(0.488), at(0.486), ...still(0.48, 5)];
    const [crossing] = feed(createLineCounter(middle, picture), { 1: walk }, 20);
    expect(crossing).toEqual({
      lineId: 'middle',
      lineRevision: 1,
      trackId: 1,
      ordinal: 0,
      direction: 'in',
      label: 'person',
      atSeconds: 5 / 20,
      frameSeq: 5,
      score: 0.9,
      point: { x: 0.5, y: expect.closeTo(0.4905) as number },
      box: trackAt(at(0.4905)).box,
    });
  });

  it('numbers the crossings of a track, and of another one anew', () => {
    const back = path([
      [0.5, 0.9],
      [0.5, 0.3],
      [0.5, 0.9],
    ]);
    const crossings = feed(createLineCounter(middle, picture), {
      1: back,
      2: back.map((p) => p && { ...p, x: 0.7 }),
    });
    expect(crossings.map((c) => [c.trackId, c.ordinal])).toEqual([
      [1, 0],
      [2, 0],
      [1, 1],
      [2, 1],
    ]);
  });

  it.each<[string, Record<number, Walk>, string[]]>([
    [
      'breaks on the line',
      broken(
        [
          [0.5, 0.9],
          [0.5, 0.1],
        ],
        { atFrame: 20, gap: 2 },
      ),
      ['in'],
    ],
    [
      'breaks just beyond the band',
      broken(
        [
          [0.5, 0.9],
          [0.5, 0.1],
        ],
        { atFrame: 21, gap: 5 },
      ),
      ['in'],
    ],
    [
      'breaks behind the line',
      broken(
        [
          [0.5, 0.9],
          [0.5, 0.1],
        ],
        { atFrame: 25, gap: 5 },
      ),
      ['in'],
    ],
    [
      'breaks on the line and turns back',
      broken(
        [
          [0.5, 0.9],
          [0.5, 0.5],
          [0.5, 0.9],
        ],
        { atFrame: 19, gap: 2 },
      ),
      [],
    ],
  ])('an identity that %s', (_, walks, expected) => {
    expect(directions(feed(createLineCounter(middle, picture), walks))).toEqual(expected);
  });

  it('does not hand over to somebody far away, or to one of another height', () => {
    const lost = path([
      [0.3, 0.9],
      [0.3, 0.51],
    ]);
    const far: Walk = [
      ...gone(lost.length + 2),
      ...path([
        [0.6, 0.47],
        [0.6, 0.3],
      ]),
    ];
    expect(feed(createLineCounter(middle, picture), { 1: lost, 2: far })).toEqual([]);
  });

  it('counts nothing of a track that is not confirmed, and all of it once it is', () => {
    const counter = createLineCounter(middle, picture);
    const walk = path([
      [0.5, 0.6],
      [0.5, 0.4],
    ]);
    const crossings = walk.flatMap((feet, frame) =>
      counter.update(feet ? [trackAt(feet, { isConfirmed: frame === walk.length - 1 })] : [], {
        seconds: frame / 10,
        frameSeq: frame,
      }),
    );
    expect(crossings.map((c) => [c.direction, c.frameSeq])).toEqual([['in', 6]]);
  });

  // Feet go from 0.7 to 0.54, so the centre ends at 0.465 and the head starts at 0.55.
  it.each<[string, Partial<Line>, string[]]>([
    ['feet', { anchor: 'bottom' }, []],
    ['centre', { anchor: 'centre' }, ['in']],
    ['head', { anchor: 'top' }, ['in']],
    ['wanted label', { anchor: 'centre', labels: ['vehicle', 'person'] }, ['in']],
    ['other label', { anchor: 'centre', labels: ['vehicle'] }, []],
  ])('looks at the %s', (_, change, expected) => {
    const counter = createLineCounter({ ...middle, ...change }, picture);
    expect(
      directions(
        feed(counter, {
          1: path([
            [0.5, 0.7],
            [0.5, 0.54],
          ]),
        }),
      ),
    ).toEqual(expected);
  });

  it('takes a polyline around a corner', () => {
    const corner: Line = {
      ...middle,
      points: [
        { x: 0.2, y: 0.8 },
        { x: 0.5, y: 0.5 },
        { x: 0.8, y: 0.8 },
      ],
    };
    const walks = {
      1: path([
        [0.5, 0.9],
        [0.5, 0.2],
      ]),
      2: path([
        [0.1, 0.6],
        [0.3, 0.95],
      ]),
      3: path([
        [0.65, 0.4],
        [0.65, 0.9],
      ]),
    };
    expect(
      feed(createLineCounter(corner, picture), walks).map((c) => [c.trackId, c.direction]),
    ).toEqual([
      [2, 'out'],
      [3, 'out'],
      [1, 'in'],
    ]);
  });

  it.each<[string, (frame: number) => number, string[]]>([
    ['repeat', (frame) => Math.floor(frame / 2) / 5, ['in']],
    ['stand still', () => 3, ['in']],
    ['go back a little', (frame) => (frame > 20 ? frame / 10 - 0.5 : frame / 10), ['in']],
    ['go back by an hour', (frame) => (frame > 20 ? frame / 10 : frame / 10 + 3600), ['in']],
    ['jump ahead by an hour', (frame) => (frame > 25 ? frame / 10 + 3600 : frame / 10), ['in']],
  ])('goes on counting when time stamps %s', (_, secondsOf, expected) => {
    const counter = createLineCounter(middle, picture);
    const crossings = path([
      [0.5, 0.9],
      [0.5, 0.1],
    ]).flatMap((feet, frame) =>
      counter.update(feet ? [trackAt(feet)] : [], { seconds: secondsOf(frame), frameSeq: frame }),
    );
    expect(directions(crossings)).toEqual(expected);
  });

  it('ignores a checkpoint of another revision', () => {
    const before = createLineCounter(middle, picture);
    before.update([trackAt(at(0.55))], { seconds: 0, frameSeq: 0 });
    const moved = createLineCounter({ ...middle, revision: 2 }, picture);
    moved.restore(before.checkpoint());
    expect(moved.update([trackAt(at(0.45))], { seconds: 0.1, frameSeq: 1 })).toEqual([]);
  });

  it('refuses a checkpoint that is none', () => {
    expect(() => createLineCounter(middle, picture).restore({ tracks: 3 })).toThrow();
  });
});

function at(y: number): { x: number; y: number } {
  return { x: 0.5, y };
}

function still(y: number, frames: number): Walk {
  return Array.from({ length: frames }, () => at(y));
}

/** One way whose identity changes from 1 to 2 at a frame, unseen for `gap` frames. */
function broken(
  points: readonly (readonly [number, number])[],
  cut: { readonly atFrame: number; readonly gap: number },
): Record<number, Walk> {
  const walk = path(points);
  const second = cut.atFrame + cut.gap;
  return { 1: walk.slice(0, cut.atFrame), 2: [...gone(second), ...walk.slice(second)] };
}
