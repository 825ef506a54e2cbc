import { describe, expect, it } from 'vitest';
import type { Flow, TrackPassage } from '#contract/flow.ts';
import type { Zone } from '#contract/zone.ts';
import { createFlowCounter } from '#engine/counting/flow-counter.ts';
import { createLineCounter } from '#engine/counting/line-counter.ts';
import { createZoneCounter } from '#engine/counting/zone-counter.ts';
import { gone, middle, path, picture, trackAt, type Walk } from './walks.ts';

/** The upper left corner of the picture. */
const corner: Zone = {
  id: 'corner',
  cameraId: 'cam',
  name: 'Corner',
  points: [
    { x: 0, y: 0 },
    { x: 0.4, y: 0 },
    { x: 0.4, y: 0.3 },
    { x: 0, y: 0.3 },
  ],
  anchor: 'bottom',
  labels: [],
  loiterSeconds: null,
  revision: 1,
};

/** From the line across the middle, upwards, into the corner. */
const inwards: Flow = {
  id: 'to-corner',
  cameraId: 'cam',
  name: 'To the corner',
  from: { on: 'line', lineId: 'middle', direction: 'in' },
  to: { on: 'zone', zoneId: 'corner', kind: 'enter' },
  maxSeconds: 10,
  revision: 1,
};
const fps = 10;

function feed(flow: Flow, walks: Readonly<Record<number, Walk>>): TrackPassage[] {
  const line = createLineCounter(middle, picture);
  const zone = createZoneCounter(corner, picture);
  const counter = createFlowCounter(flow, picture);
  const entries = Object.entries(walks);
  const frames = Math.max(...entries.map(([, walk]) => walk.length)) + 3 * fps;
  return Array.from({ length: frames }, (_, frame) => {
    const at = { seconds: frame / fps, frameSeq: frame };
    const tracks = entries.flatMap(([id, walk]) => {
      const feet = walk[frame];
      return feet ? [trackAt(feet, { trackId: Number(id) })] : [];
    });
    const crossings = line.update(tracks, at);
    const zoneChanges = zone.update(tracks, at);
    return counter.update({ tracks, crossings, zoneChanges }, at);
  }).flat();
}

const there = path([
  [0.3, 0.8],
  [0.3, 0.1],
]);
const back = path([
  [0.3, 0.1],
  [0.3, 0.8],
]);
const outwards: Flow = {
  ...inwards,
  from: { on: 'zone', zoneId: 'corner', kind: 'leave' },
  to: { on: 'line', lineId: 'middle', direction: null },
};

describe('flow counter', () => {
  it.each<[string, Flow, Walk, number]>([
    ['goes from A to B', inwards, there, 1],
    ['goes from B to A', inwards, back, 0],
    [
      'goes to A only',
      inwards,
      path([
        [0.6, 0.8],
        [0.6, 0.1],
      ]),
      0,
    ],
    ['goes there, back and there again', inwards, [...there, ...back, ...there], 2],
    ['takes too long', { ...inwards, maxSeconds: 0.5 }, there, 0],
    ['leaves a zone and crosses a line', outwards, back, 1],
  ])('a person who %s', (_, flow, walk, passages) => {
    expect(feed(flow, { 1: walk })).toHaveLength(passages);
  });

  it('tells when each end was passed', () => {
    expect(feed(inwards, { 1: there })).toEqual([
      {
        flowId: 'to-corner',
        flowRevision: 1,
        trackId: 1,
        ordinal: 0,
        label: 'person',
        fromSeconds: expect.closeTo(1.6) as number,
        toSeconds: expect.closeTo(2.6) as number,
        frameSeq: 26,
      },
    ]);
  });

  it('follows a broken identity', () => {
    const walks = { 1: there.slice(0, 20), 2: [...gone(23), ...there.slice(23)] };
    expect(feed(inwards, walks).map((passage) => passage.trackId)).toEqual([2]);
  });

  it('goes on from a checkpoint, and ignores that of another revision', () => {
    const counter = createFlowCounter(inwards, picture);
    counter.update(
      { tracks: [trackAt({ x: 0.3, y: 0.4 })], crossings: [], zoneChanges: [] },
      { seconds: 0, frameSeq: 0 },
    );
    const saved: unknown = JSON.parse(JSON.stringify(counter.checkpoint()));
    const same = createFlowCounter(inwards, picture);
    same.restore(saved);
    expect(same.checkpoint()).toEqual(counter.checkpoint());
    const other = createFlowCounter({ ...inwards, revision: 2 }, picture);
    other.restore(saved);
    expect(other.checkpoint().tracks).toEqual([]);
  });
});
