import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Line, LineCrossing } from '#contract/counting.ts';
import type { Detection } from '#contract/detection.ts';
import { createLineCounter } from '#engine/counting/line-counter.ts';
import { createByteTracker } from '#engine/tracking/byte-tracker.ts';
import { anyCrowd, count, detectionsOf } from './crowd.ts';
import { directions, feed, middle, path, picture } from './walks.ts';

const fps = 10;
const frames = 80;
const chainFor = (line: Line) => ({
  tracker: createByteTracker({ picture, fps }),
  counter: createLineCounter(line, picture),
});
const byCentre: Line = { ...middle, anchor: 'centre' };
const opposite = { in: 'out', out: 'in' } as const;

describe('counting any crowd', () => {
  it('goes on from a checkpoint at any frame as if nothing had happened', () => {
    fc.assert(
      fc.property(anyCrowd, fc.integer({ min: 0, max: frames }), (crowd, cut) => {
        const seen = detectionsOf(crowd, fps, frames);
        const whole = count(chainFor(middle), seen, { fps });
        const first = chainFor(middle);
        const before = count(first, seen.slice(0, cut), { fps });
        const second = chainFor(middle);
        second.tracker.restore(throughJson(first.tracker.checkpoint()));
        second.counter.restore(throughJson(first.counter.checkpoint()));
        const after = count(second, seen.slice(cut), { fps, first: cut });
        expect([...before, ...after]).toEqual(whole);
      }),
    );
  });

  it('gives the same crossings every time, each with a number of its own', () => {
    fc.assert(
      fc.property(anyCrowd, (crowd) => {
        const seen = detectionsOf(crowd, fps, frames);
        const crossings = count(chainFor(middle), seen, { fps });
        expect(count(chainFor(middle), seen, { fps })).toEqual(crossings);
        const keys = crossings.map((crossing) => `${crossing.trackId}:${crossing.ordinal}`);
        expect(new Set(keys).size).toBe(keys.length);
      }),
    );
  });

  it('turns in and out around when the line is drawn the other way', () => {
    fc.assert(
      fc.property(anyCrowd, (crowd) => {
        const seen = detectionsOf(crowd, fps, frames);
        const turned = { ...middle, points: middle.points.toReversed() };
        expect(count(chainFor(turned), seen, { fps }).map(gist)).toEqual(
          count(chainFor(middle), seen, { fps }).map(gist).map(swapped),
        );
      }),
    );
  });

  it('turns in and out around in a mirrored scene', () => {
    fc.assert(
      fc.property(anyCrowd, (crowd) => {
        const seen = detectionsOf(crowd, fps, frames);
        expect(count(chainFor(byCentre), seen.map(mirrored), { fps }).map(gist)).toEqual(
          count(chainFor(byCentre), seen, { fps }).map(gist).map(swapped),
        );
      }),
    );
  });

  it('nets zero for who walks out and back', () => {
    const far = fc.double({ min: 0.1, max: 0.4, noNaN: true });
    fc.assert(
      fc.property(far, far, fc.integer({ min: 3, max: 30 }), (before, after, rate) => {
        const walk = path(
          [
            [0.5, 0.5 + before],
            [0.5, 0.5 - after],
            [0.5, 0.5 + before],
          ],
          { fps: rate },
        );
        const counter = createLineCounter(middle, picture);
        expect(directions(feed(counter, { 1: walk }, rate))).toEqual(['in', 'out']);
      }),
    );
  });

  it('gives the same crossings at any frame rate from 3 to 30', () => {
    const side = fc.double({ min: 0.25, max: 0.75, noNaN: true });
    const turns = fc.array(fc.double({ min: 0.1, max: 0.4, noNaN: true }), {
      minLength: 2,
      maxLength: 5,
    });
    fc.assert(
      fc.property(side, turns, fc.integer({ min: 3, max: 30 }), (x, depths, rate) => {
        const points = depths.map((depth, index) => ({
          x,
          y: index % 2 ? 0.5 - depth : 0.5 + depth,
        }));
        const crowd = { ways: [points], jitter: 0, misses: 0, seed: 1 };
        const chain = {
          tracker: createByteTracker({ picture, fps: rate }),
          counter: createLineCounter(middle, picture),
        };
        const crossings = count(chain, detectionsOf(crowd, rate, 25 * rate), { fps: rate });
        const expected = depths.slice(1).map((_, index) => (index % 2 ? 'out' : 'in'));
        expect(directions(crossings)).toEqual(expected);
      }),
    );
  });
});

const gist = (crossing: LineCrossing): [number, number, 'in' | 'out'] => [
  crossing.frameSeq,
  crossing.trackId,
  crossing.direction,
];

const swapped = ([frame, id, direction]: ReturnType<typeof gist>): ReturnType<typeof gist> => [
  frame,
  id,
  opposite[direction],
];

const mirrored = (detections: readonly Detection[]): Detection[] =>
  detections.map((seen) => ({
    ...seen,
    box: { ...seen.box, y: 1 - seen.box.y - seen.box.height },
  }));

function throughJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
