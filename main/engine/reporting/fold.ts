/**
 * Folds counts of many lines into sums by bucket, by line and of all: values in, values out.
 *
 *              bucket 1   bucket 2   …  │ of the line
 *    line a        5          3         │     8          every sum of buckets is the sum of lines is the sum of all
 *    line b        2          0         │     2
 *    all           7          3         │    10
 */
import type { CountBasis, Sums } from '#contract/counting.ts';
import {
  type BucketFigure,
  type CountFigure,
  type HeatCell,
  type LabelSums,
  observedShare,
} from '#contract/report.ts';
import { createCalendar, weekdayOf } from '#contract/calendar.ts';

const hourMs = 3_600_000;

/** The 95 % interval on a count of one line. */
export interface Bounds {
  readonly low: Sums;
  readonly high: Sums;
}

/** One line or zone with a number for each bucket. */
export interface PlaceColumns {
  readonly in: readonly number[];
  readonly out: readonly number[];
  readonly observedSeconds: readonly number[];
  readonly expectedSeconds: readonly number[];
  readonly labels: readonly LabelSums[];
  /** By bucket; null where nothing was measured */
  readonly bounds: readonly Bounds[] | null;
  /** Of the whole time: narrower than the sum of the buckets */
  readonly whole: Bounds | null;
  readonly basis: CountBasis | null;
}

const nothing: CountFigure = {
  ...{ in: 0, out: 0, observedSeconds: 0, expectedSeconds: 0 },
  low: { in: 0, out: 0 },
  high: { in: 0, out: 0 },
};

/** The sum of figures; without bounds as soon as one has none. */
export function sumFigures(figures: readonly CountFigure[]): CountFigure {
  return figures.reduce(
    (sum, each) => ({
      in: sum.in + each.in,
      out: sum.out + each.out,
      low: addSums(sum.low, each.low),
      high: addSums(sum.high, each.high),
      observedSeconds: sum.observedSeconds + each.observedSeconds,
      expectedSeconds: sum.expectedSeconds + each.expectedSeconds,
    }),
    nothing,
  );
}

function addSums(a: Sums | null, b: Sums | null): Sums | null {
  return a === null || b === null ? null : { in: a.in + b.in, out: a.out + b.out };
}

/** One line in one bucket. */
export function cellOf(place: PlaceColumns, index: number): CountFigure {
  const bounds = place.bounds?.[index];
  return {
    in: place.in[index] ?? 0,
    out: place.out[index] ?? 0,
    low: bounds?.low ?? null,
    high: bounds?.high ?? null,
    observedSeconds: place.observedSeconds[index] ?? 0,
    expectedSeconds: place.expectedSeconds[index] ?? 0,
  };
}

/** One line over the whole time. */
export function wholeOf(place: PlaceColumns): CountFigure {
  return {
    in: total(place.in),
    out: total(place.out),
    low: place.whole?.low ?? null,
    high: place.whole?.high ?? null,
    observedSeconds: total(place.observedSeconds),
    expectedSeconds: total(place.expectedSeconds),
  };
}

/** All lines in each bucket. @param edges n + 1 for n buckets, Unix times in ms */
export function foldBuckets(
  edges: readonly number[],
  places: readonly PlaceColumns[],
): BucketFigure[] {
  return edges.slice(1).map((to, index) => ({
    from: edges[index] ?? to,
    to,
    ...sumFigures(places.map((place) => cellOf(place, index))),
  }));
}

/** Sums by class, the most frequent first. */
export function foldLabels(places: readonly PlaceColumns[]): LabelSums[] {
  const groups = Map.groupBy(
    places.flatMap(({ labels }) => labels),
    ({ label }) => label,
  );
  return [...groups]
    .map(([label, rows]) => ({
      label,
      in: total(rows.map((row) => row.in)),
      out: total(rows.map((row) => row.out)),
    }))
    .sort((a, b) => b.in + b.out - a.in - a.out);
}

/**
 * Buckets of hours by weekday (Monday first) and hour of the clock.
 * @throws StationError REQ_001 for an unknown zone
 */
export function foldHeat(hours: readonly BucketFigure[], timeZone: string): HeatCell[][] {
  const { offsetMs, dayOf } = createCalendar(timeZone);
  const heat = Array.from({ length: 7 }, () =>
    Array.from({ length: 24 }, () => ({ in: 0, out: 0, observedHours: 0 })),
  );
  for (const hour of hours) {
    const local = hour.from + offsetMs(hour.from);
    const ofDay = Math.floor(local / hourMs) - dayOf(hour.from) * 24;
    const cell = heat[weekdayOf(dayOf(hour.from))]?.[ofDay];
    if (cell === undefined) continue;
    cell.in += hour.in;
    cell.out += hour.out;
    cell.observedHours += observedShare(hour) * ((hour.to - hour.from) / hourMs);
  }
  return heat;
}

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, each) => sum + each, 0);
}
