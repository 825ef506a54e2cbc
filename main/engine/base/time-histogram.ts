/**
 * How long things took, as counts in classes of fixed bounds: sums of it are exact, so minutes make hours without loss, and
 * a percentile is right to within its class, which is a quarter of the steps 1 2 5 10 20 … ms.
 */

/** Upper bounds of what Prometheus is told, ms (SERVING.md, and three more for what is far too slow) */
export const coarseBounds = [
  ...[1, 2, 5, 10, 20, 35, 50, 75, 100, 150, 250, 500, 1_000],
  ...[2_500, 5_000, 10_000],
];
/** Classes between two coarse bounds */
const parts = 4;

/** Upper bounds of the classes, ms; one more class has what took longer */
export const bounds: readonly number[] = coarseBounds.flatMap((bound, index) => {
  const from = coarseBounds[index - 1] ?? 0;
  return Array.from({ length: parts }, (_, part) => from + ((bound - from) * (part + 1)) / parts);
});

export interface TimeHistogram {
  /** By class; see `bounds` */
  readonly counts: Uint32Array;
  /** ms */
  sum: number;
}

export function createTimeHistogram(): TimeHistogram {
  return { counts: new Uint32Array(bounds.length + 1), sum: 0 };
}

export function addTime(histogram: TimeHistogram, ms: number): void {
  const place = classOf(ms);
  histogram.counts[place] = (histogram.counts[place] ?? 0) + 1;
  histogram.sum += ms;
}

export function addHistogram(to: TimeHistogram, other: TimeHistogram): void {
  other.counts.forEach((count, place) => {
    if (count > 0) to.counts[place] = (to.counts[place] ?? 0) + count;
  });
  to.sum += other.sum;
}

export function countOf({ counts }: TimeHistogram): number {
  return counts.reduce((sum, count) => sum + count, 0);
}

/**
 * The time below which this share of all lies, ms, with what is within a class spread evenly over it; null when there is
 * nothing. What took longer than the last bound is given as that bound.
 */
export function quantileOf(histogram: TimeHistogram, share: number): number | null {
  const total = countOf(histogram);
  if (total === 0) return null;
  const rank = share * total;
  let below = 0;
  for (const [place, count] of histogram.counts.entries()) {
    if (count > 0 && below + count >= rank) {
      const from = bounds[place - 1] ?? 0;
      const to = bounds[place] ?? from;
      return from + (to - from) * Math.max(0, (rank - below) / count);
    }
    below += count;
  }
  return bounds.at(-1) ?? null;
}

/** Cumulative counts by `coarseBounds`, and the count of all, as Prometheus wants them. */
export function cumulative(histogram: TimeHistogram): number[] {
  let sum = 0;
  const ends: number[] = [];
  histogram.counts.forEach((count, place) => {
    sum += count;
    if (place % parts === parts - 1 || place === bounds.length) ends.push(sum);
  });
  return ends;
}

/** Pairs of class and count: most classes are empty. */
export type SparseHistogram = readonly (readonly [place: number, count: number])[];

export function toSparse({ counts }: TimeHistogram): [number, number][] {
  return [...counts.entries()].filter(([, count]) => count > 0);
}

export function addSparse(to: TimeHistogram, sparse: SparseHistogram): void {
  for (const [place, count] of sparse) {
    if (place < to.counts.length) to.counts[place] = (to.counts[place] ?? 0) + count;
  }
}

/** The first class whose upper bound is not below. */
function classOf(ms: number): number {
  let low = 0;
  let high = bounds.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((bounds[middle] ?? Infinity) < ms) low = middle + 1;
    else high = middle;
  }
  return low;
}
