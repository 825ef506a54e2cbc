import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hourlyRate } from '#contract/report.ts';
import { bucketEdges } from '#engine/base/time-buckets.ts';
import {
  cellOf,
  foldBuckets,
  foldHeat,
  foldLabels,
  type PlaceColumns,
  sumFigures,
  wholeOf,
} from '#engine/reporting/fold.ts';

const number = fc.integer({ min: 0, max: 1000 });
const place = (buckets: number): fc.Arbitrary<PlaceColumns> =>
  fc.record({
    in: fc.array(number, { minLength: buckets, maxLength: buckets }),
    out: fc.array(number, { minLength: buckets, maxLength: buckets }),
    observedSeconds: fc.array(number, { minLength: buckets, maxLength: buckets }),
    expectedSeconds: fc.array(number, { minLength: buckets, maxLength: buckets }),
    labels: fc.constant([]),
    bounds: fc.constant(null),
    whole: fc.constant(null),
    basis: fc.constant(null),
  });

describe('folding', () => {
  it('gives the same sum by bucket as by line', () => {
    fc.assert(
      fc.property(fc.array(place(5), { maxLength: 4 }), (places) => {
        const buckets = foldBuckets([0, 1, 2, 3, 4, 5], places);
        const sum = sumFigures(places.map(wholeOf));
        expect(sumFigures(buckets)).toEqual(sum);
      }),
    );
  });

  it('adds the bounds of lines, and has none as soon as one line has none', () => {
    const bounds = [{ low: { in: 1, out: 2 }, high: { in: 5, out: 6 } }];
    const one: PlaceColumns = {
      ...{ in: [3], out: [4], observedSeconds: [60], expectedSeconds: [60], labels: [] },
      ...{ bounds, whole: bounds[0] ?? null, basis: 'not-audited' },
    };
    expect(foldBuckets([0, 1], [one, one])).toEqual([
      {
        ...{ from: 0, to: 1, in: 6, out: 8, observedSeconds: 120, expectedSeconds: 120 },
        ...{ low: { in: 2, out: 4 }, high: { in: 10, out: 12 } },
      },
    ]);
    const unmeasured = { ...one, bounds: null, whole: null };
    expect(sumFigures([cellOf(one, 0), cellOf(unmeasured, 0)])).toMatchObject({
      ...{ in: 6, low: null, high: null },
    });
  });

  it('sums classes, the most frequent first', () => {
    const base = { in: [], out: [], observedSeconds: [], expectedSeconds: [] };
    const rest = { bounds: null, whole: null, basis: null };
    const places: PlaceColumns[] = [
      { ...base, ...rest, labels: [{ label: 'vehicle', in: 1, out: 1 }] },
      {
        ...{ ...base, ...rest },
        labels: [
          { label: 'person', in: 2, out: 2 },
          { label: 'vehicle', in: 0, out: 1 },
        ],
      },
    ];
    expect(foldLabels(places)).toEqual([
      { label: 'person', in: 2, out: 2 },
      { label: 'vehicle', in: 1, out: 2 },
    ]);
  });
});

describe('the heat map', () => {
  it('puts each hour where the clock on the wall has it, also on a day of 25 hours', () => {
    const timeZone = 'Europe/Berlin';
    // From midnight before the clock goes back (Sunday, 25 October 2026) to the next one.
    const range = { from: Date.UTC(2026, 9, 24, 22), to: Date.UTC(2026, 9, 25, 23) };
    const edges = bucketEdges({ ...range, bucket: 'hour', timeZone }, 100);
    const hours = edges.slice(1).map((to, index) => ({
      ...{ from: edges[index] ?? to, to, in: index, out: 0, low: null, high: null },
      ...{ observedSeconds: 3600, expectedSeconds: 3600 },
    }));
    const sunday = foldHeat(hours, timeZone)[6] ?? [];
    // The hour from two to three comes twice.
    expect(sunday.slice(0, 5)).toEqual([
      { in: 0, out: 0, observedHours: 1 },
      { in: 1, out: 0, observedHours: 1 },
      { in: 2 + 3, out: 0, observedHours: 2 },
      { in: 4, out: 0, observedHours: 1 },
      { in: 5, out: 0, observedHours: 1 },
    ]);
    expect(sunday[2] && hourlyRate(sunday[2])).toBe(2.5);
  });

  it('says nothing where less than half an hour was observed', () => {
    expect(hourlyRate({ in: 5, out: 0, observedHours: 0.49 })).toBeNull();
  });
});
