/**
 * The test of Mann and Whitney (1947): whether one of two independent samples tends to the larger values.
 */
import normalCdf from '@stdlib/stats-base-dists-normal-cdf';

export interface MannWhitneyResult {
  /** Pairs in which the first sample has the larger value; a tie is a half */
  readonly u: number;
  readonly p: number;
  readonly isExact: boolean;
}

/** From here on the normal distribution stands for the exact one. */
const exactBelow = 50;

/**
 * Exact by counting all orders where both samples are small and nothing is tied, else normal with the correction for ties
 * and for continuity (Lehmann 1975, §1.2 to 1.4).
 * @param options.side `greater` asks only whether the first tends to larger values
 */
export function mannWhitney(
  a: readonly number[],
  b: readonly number[],
  { side = 'two' }: { readonly side?: 'two' | 'greater' } = {},
): MannWhitneyResult | null {
  if (a.length === 0 || b.length === 0) return null;
  const { ranks, ties } = rank([...a, ...b]);
  const sum = ranks.slice(0, a.length).reduce((total, each) => total + each, 0);
  const u = sum - (a.length * (a.length + 1)) / 2;
  const isExact = ties.length === 0 && a.length < exactBelow && b.length < exactBelow;
  const tail = isExact ? exactTail(a.length, b.length) : normalTail(a.length, b.length, ties);
  const above = tail(u);
  if (side === 'greater') return { u, p: above, isExact };
  const below = tail(a.length * b.length - u);
  return { u, p: Math.min(1, 2 * Math.min(above, below)), isExact };
}

/** Chance of at least so many pairs when both samples are of one kind. */
type UpperTail = (u: number) => number;

/** Orders by their u: to place one more value of the second sample adds from 0 to all of the first (Mann and Whitney 1947). */
function exactTail(n: number, m: number): UpperTail {
  const most = n * m;
  let counts = Array.from<unknown, number>({ length: most + 1 }, (_, u) => (u === 0 ? 1 : 0));
  for (let k = 1; k <= m; k++) {
    // The factor (1 − q^(n + k)) ÷ (1 − q^k) of the Gaussian binomial coefficient.
    const wider = counts.map((count, u) => count - (u >= n + k ? (counts[u - n - k] ?? 0) : 0));
    for (let u = k; u <= most; u++) wider[u] = (wider[u] ?? 0) + (wider[u - k] ?? 0);
    counts = wider;
  }
  const all = counts.reduce((sum, count) => sum + count, 0);
  return (u) => counts.slice(Math.max(0, u)).reduce((sum, count) => sum + count, 0) / all;
}

function normalTail(n: number, m: number, ties: readonly number[]): UpperTail {
  const all = n + m;
  const tied = ties.reduce((sum, size) => sum + size ** 3 - size, 0);
  const deviation = Math.sqrt(((n * m) / 12) * (all + 1 - tied / (all * (all - 1))));
  return (u) => (deviation === 0 ? 1 : 1 - normalCdf((u - (n * m) / 2 - 0.5) / deviation, 0, 1));
}

/** Ranks from 1, tied values share theirs; `ties` are the sizes of the groups. */
function rank(values: readonly number[]): { ranks: number[]; ties: number[] } {
  const order = values.map((_, index) => index).sort((i, j) => at(values, i) - at(values, j));
  const ranks = values.map(() => 0);
  const ties: number[] = [];
  for (let first = 0; first < order.length;) {
    let next = first + 1;
    while (next < order.length && valueAt(next) === valueAt(first)) next++;
    for (let place = first; place < next; place++) ranks[at(order, place)] = (first + 1 + next) / 2;
    if (next - first > 1) ties.push(next - first);
    first = next;
  }
  return { ranks, ties };

  function valueAt(place: number): number {
    return at(values, at(order, place));
  }
}

function at(values: readonly number[], index: number): number {
  return values[index] ?? 0;
}
