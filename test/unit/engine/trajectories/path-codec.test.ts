import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Label } from '#contract/detection.ts';
import type { PathPoint, TrackPart } from '#engine/base/trajectory.ts';
import { bestRice, createBitReader, createBitWriter } from '#engine/trajectories/bit-code.ts';
import {
  decodePart,
  decodeTimes,
  encodePart,
  encodeTimes,
} from '#engine/trajectories/path-codec.ts';

const whole = fc.integer({ min: -(2 ** 29), max: 2 ** 29 });
const px = fc.double({ min: -500, max: 8000, noNaN: true });

/** Runs that follow each other, as a recorder makes them. */
const anyPart: fc.Arbitrary<Omit<TrackPart, 'trackId'>> = fc
  .record({
    unconfirmedLooks: fc.integer({ min: 0, max: 10 }),
    labels: fc.array(
      fc.record({
        frame: fc.integer({ min: 0, max: 900 }),
        label: fc.constantFrom(...Label.options),
      }),
      { minLength: 1, maxLength: 4 },
    ),
    runs: fc.array(
      fc.array(
        fc.record({
          gap: fc.integer({ min: 1, max: 60 }),
          x: px,
          top: px,
          bottom: px,
          width: px,
        }),
        { minLength: 1, maxLength: 12 },
      ),
      { minLength: 1, maxLength: 4 },
    ),
  })
  .map(({ runs, ...rest }) => {
    let frame = -1;
    const placed = runs.map((run) =>
      run.map(({ gap, ...point }): PathPoint => ({ ...point, frame: (frame += gap) })),
    );
    return { ...rest, runs: placed };
  });

describe('bits', () => {
  it('give back any numbers', () => {
    fc.assert(
      fc.property(
        fc.array(whole, { maxLength: 50 }),
        fc.integer({ min: 0, max: 20 }),
        (values, k) => {
          const writer = createBitWriter();
          for (const value of values) writer.rice(value, k);
          for (const value of values) writer.signedGamma(value);
          const reader = createBitReader(writer.bytes());
          expect(values.map(() => reader.rice(k))).toEqual(values.map((value) => value));
          expect(values.map(() => reader.signedGamma())).toEqual(values);
        },
      ),
    );
  });

  it('take little room for small numbers', () => {
    const values = Array.from({ length: 800 }, (_, index) => (index % 5) - 2);
    const writer = createBitWriter();
    for (const value of values) writer.rice(value, bestRice(values));
    expect(writer.bytes().length).toBeLessThanOrEqual(320);
  });

  it('say when they end too early', () => {
    expect(() => createBitReader(new Uint8Array()).gamma()).toThrow(RangeError);
  });
});

describe('a part of a track', () => {
  it('comes back to within half a step', () => {
    fc.assert(
      fc.property(anyPart, fc.integer({ min: 0, max: 6 }), (part, stepBits) => {
        const back = decodePart(7, encodePart(part, stepBits));
        const half = 0.5 / 2 ** stepBits + 1e-9;
        expect({ ...back, runs: [] }).toEqual({ ...part, trackId: 7, runs: [] });
        expect(back.runs.map((run) => run.map(({ frame }) => frame))).toEqual(
          part.runs.map((run) => run.map(({ frame }) => frame)),
        );
        const errors = back.runs.flatMap((run, r) =>
          run.flatMap((point, p) =>
            (['x', 'top', 'bottom', 'width'] as const).map((axis) =>
              Math.abs(point[axis] - (part.runs[r]?.[p]?.[axis] ?? NaN)),
            ),
          ),
        );
        expect(Math.max(...errors)).toBeLessThanOrEqual(half);
      }),
    );
  });
});

describe('times of frames', () => {
  it('come back', () => {
    const steps = fc.array(fc.integer({ min: 0, max: 100_000 }), { maxLength: 400 });
    fc.assert(
      fc.property(steps, (gaps) => {
        let time = Date.UTC(2026, 2, 2, 10);
        const times = [time, ...gaps.map((gap) => (time += gap))];
        expect(decodeTimes(times[0] ?? 0, encodeTimes(times))).toEqual(times);
      }),
    );
  });
});
