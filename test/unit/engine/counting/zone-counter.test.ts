import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Zone, ZoneChange } from '#contract/zone.ts';
import { createZoneCounter, type ZoneCounter } from '#engine/counting/zone-counter.ts';
import { createByteTracker } from '#engine/tracking/byte-tracker.ts';
import { anyCrowd, detectionsOf } from './crowd.ts';
import { gone, path, picture, trackAt, type Walk } from './walks.ts';

/** The middle of the picture: 0.3 … 0.7 both ways. The band of a person is 0.009. */
const square: Zone = {
  id: 'square',
  cameraId: 'cam',
  name: 'Square',
  points: [
    { x: 0.3, y: 0.3 },
    { x: 0.7, y: 0.3 },
    { x: 0.7, y: 0.7 },
    { x: 0.3, y: 0.7 },
  ],
  anchor: 'bottom',
  labels: [],
  loiterSeconds: null,
  revision: 1,
};
const fps = 10;

/** Feeds one walk per track id, then three seconds of an empty picture. */
function feed(counter: ZoneCounter, walks: Readonly<Record<number, Walk>>): ZoneChange[] {
  const entries = Object.entries(walks);
  const frames = Math.max(0, ...entries.map(([, walk]) => walk.length)) + 3 * fps;
  return Array.from({ length: frames }, (_, frame) => {
    const tracks = entries.flatMap(([id, walk]) => {
      const feet = walk[frame];
      return feet ? [trackAt(feet, { trackId: Number(id) })] : [];
    });
    return counter.update(tracks, { seconds: frame / fps, frameSeq: frame });
  }).flat();
}

const story = (changes: readonly ZoneChange[]): string[] =>
  changes.map(({ kind, isSeenPassing }) => (isSeenPassing ? kind : `${kind}?`));

const still = (x: number, y: number, frames: number): Walk =>
  Array.from({ length: frames }, () => ({ x, y }));

const dip = (y: number, frames: number): Walk => [
  ...still(0.5, 0.8, 5),
  ...still(0.5, y, frames),
  ...still(0.5, 0.8, 10),
];

describe('zone counter', () => {
  it.each<[string, Walk, string[]]>([
    [
      'walks through',
      path([
        [0.5, 0.9],
        [0.5, 0.1],
      ]),
      ['enter', 'leave'],
    ],
    [
      'walks past',
      path([
        [0.1, 0.9],
        [0.1, 0.1],
      ]),
      [],
    ],
    [
      'walks along the edge within the band',
      path([
        [0.1, 0.695],
        [0.9, 0.695],
      ]),
      [],
    ],
    ['dips in for 0.2 s', dip(0.6, 3), []],
    ['dips in for 0.4 s', dip(0.6, 5), ['enter', 'leave']],
    [
      'is born inside',
      path([
        [0.5, 0.5],
        [0.5, 0.9],
      ]),
      ['enter?', 'leave'],
    ],
    [
      'ends inside',
      path([
        [0.5, 0.9],
        [0.5, 0.5],
      ]),
      ['enter', 'leave?'],
    ],
    [
      'steps out for 0.4 s',
      [...still(0.5, 0.5, 9), ...still(0.5, 0.75, 4), ...still(0.5, 0.5, 9)],
      ['enter?', 'leave?'],
    ],
    [
      'steps out for 0.6 s',
      [...still(0.5, 0.5, 9), ...still(0.5, 0.75, 7), ...still(0.5, 0.5, 9)],
      ['enter?', 'leave', 'enter', 'leave?'],
    ],
    [
      'is hidden inside for a second',
      [
        ...path([
          [0.5, 0.9],
          [0.5, 0.5],
        ]),
        ...gone(10),
        ...path([
          [0.5, 0.5],
          [0.5, 0.1],
        ]),
      ],
      ['enter', 'leave'],
    ],
    ['is lost just outside', [...still(0.5, 0.5, 9), ...still(0.5, 0.75, 2)], ['enter?', 'leave']],
    [
      'enters twice',
      path([
        [0.5, 0.9],
        [0.5, 0.1],
        [0.5, 0.9],
      ]),
      ['enter', 'leave', 'enter', 'leave'],
    ],
  ])('a person who %s', (_, walk, expected) => {
    expect(story(feed(createZoneCounter(square, picture), { 1: walk }))).toEqual(expected);
  });

  it('measures the stay from the first look inside to the last, without what was outside', () => {
    const walk = [...still(0.5, 0.8, 5), ...still(0.5, 0.5, 41), ...still(0.5, 0.8, 10)];
    const changes = feed(createZoneCounter(square, picture), { 1: walk });
    expect(changes.map((c) => [c.kind, c.atSeconds, Math.round(c.dwellSeconds * 10) / 10])).toEqual(
      [
        ['enter', 0.5, 0],
        ['leave', 4.6, 4],
      ],
    );
  });

  it('calls a stay over the limit loitering, once', () => {
    const zone = { ...square, loiterSeconds: 2 };
    const walk = [...still(0.5, 0.5, 60), ...still(0.5, 0.8, 10), ...still(0.5, 0.5, 10)];
    const changes = feed(createZoneCounter(zone, picture), { 1: walk });
    expect(story(changes)).toEqual(['enter?', 'loiter?', 'leave', 'enter', 'leave?']);
    expect(changes[1]?.atSeconds).toBeCloseTo(2, 6);
  });

  it('knows who is inside, by label, and for how long', () => {
    const counter = createZoneCounter(square, picture);
    for (let frame = 0; frame < 20; frame += 1) {
      const tracks = [
        trackAt({ x: 0.4, y: 0.5 }, { trackId: 1 }),
        trackAt({ x: 0.6, y: 0.5 }, { trackId: 2, label: 'vehicle' }),
        trackAt({ x: 0.9, y: 0.5 }, { trackId: 3 }),
      ];
      counter.update(tracks, { seconds: frame / fps, frameSeq: frame });
    }
    expect(counter.occupancy()).toEqual({
      zoneId: 'square',
      count: 2,
      byLabel: { person: 1, vehicle: 1 },
      longestDwellSeconds: expect.closeTo(1.9) as number,
    });
  });

  it('keeps a stay through a broken identity', () => {
    const walk = path([
      [0.5, 0.9],
      [0.5, 0.1],
    ]);
    const walks = { 1: walk.slice(0, 20), 2: [...gone(23), ...walk.slice(23)] };
    const changes = feed(createZoneCounter(square, picture), walks);
    expect(changes.map((c) => [c.trackId, c.kind])).toEqual([
      [1, 'enter'],
      [2, 'leave'],
    ]);
    const [, left] = changes;
    expect(left?.dwellSeconds).toBeCloseTo(1.8, 0);
  });

  it('counts only the labels asked for', () => {
    const counter = createZoneCounter({ ...square, labels: ['vehicle'] }, picture);
    expect(
      feed(counter, {
        1: path([
          [0.5, 0.9],
          [0.5, 0.1],
        ]),
      }),
    ).toEqual([]);
    expect(counter.occupancy().count).toBe(0);
  });

  it('never has fewer than nobody inside, and goes on from a checkpoint as if nothing had happened', () => {
    fc.assert(
      fc.property(anyCrowd, fc.integer({ min: 0, max: 80 }), (crowd, cut) => {
        const tracker = createByteTracker({ picture, fps });
        const frames = detectionsOf(crowd, fps, 80).map((seen, frame) => ({
          tracks: tracker.update(seen, frame / fps),
          at: { seconds: frame / fps, frameSeq: frame },
        }));
        const whole = createZoneCounter(square, picture);
        const expected = frames.map(({ tracks, at }) => [
          whole.update(tracks, at),
          whole.occupancy(),
        ]);
        let counter = createZoneCounter(square, picture);
        const actual = frames.map(({ tracks, at }, frame) => {
          if (frame === cut) {
            const saved: unknown = JSON.parse(JSON.stringify(counter.checkpoint()));
            counter = createZoneCounter(square, picture);
            counter.restore(saved);
          }
          return [counter.update(tracks, at), counter.occupancy()];
        });
        expect(actual).toEqual(expected);
        const inside = frames.flatMap((_, frame) => expected[frame]?.[0] as ZoneChange[]);
        const net = inside.reduce(
          (sum, { kind }) => sum + (kind === 'enter' ? 1 : kind === 'leave' ? -1 : 0),
          0,
        );
        expect(net).toBe(whole.occupancy().count);
      }),
    );
  });

  it('ignores a checkpoint of another revision', () => {
    const before = createZoneCounter(square, picture);
    feed(before, { 1: still(0.5, 0.5, 5) });
    const moved = createZoneCounter({ ...square, revision: 2 }, picture);
    moved.restore(before.checkpoint());
    expect(moved.checkpoint().tracks).toEqual([]);
  });
});
