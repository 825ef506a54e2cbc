/**
 * Answers for a person where the truth of a clip is known: which arm is right about each event.
 */
import type { ArmCrossing, ExperimentAnswer, PairKind } from '#contract/experiment-event.ts';

/** A crossing that truly was. `at` on the time line of the arms, ms. */
export interface TrueCrossing {
  readonly place: string;
  readonly line: string;
  readonly direction: string;
  readonly at: number;
}

export interface Answerable {
  readonly place: string;
  readonly lineId: string;
  readonly kind: PairKind;
  readonly a: Pick<ArmCrossing, 'direction' | 'at'> | null;
  readonly b: Pick<ArmCrossing, 'direction' | 'at'> | null;
}

/** An arm may be so much earlier or later than the truth, ms */
export const truthMs = 1_000;

/**
 * Each true crossing stands for one event: first for those that both arms counted, then in the order of time the nearest.
 * Pure; one answer for each pair, in their order.
 */
export function answerByTruth(
  pairs: readonly Answerable[],
  truth: readonly TrueCrossing[],
): ExperimentAnswer[] {
  const free = new Set(truth);
  const take = (pair: Answerable, seen: Answerable['a']): boolean => {
    if (!seen) return false;
    const near = [...free]
      .filter(
        (each) =>
          each.place === pair.place &&
          each.line === pair.lineId &&
          each.direction === seen.direction &&
          Math.abs(each.at - seen.at) <= truthMs,
      )
      .sort((x, y) => Math.abs(x.at - seen.at) - Math.abs(y.at - seen.at));
    if (near[0]) free.delete(near[0]);
    return near.length > 0;
  };
  const found = new Map<Answerable, ExperimentAnswer>();
  for (const pair of [...pairs].sort((x, y) => order(x) - order(y))) {
    const isA = take(pair, pair.a);
    // What both counted alike is one event.
    const isB = pair.kind === 'both' ? isA : take(pair, pair.b);
    found.set(pair, answerOf(pair.kind, isA, isB));
  }
  return pairs.map((pair) => found.get(pair) ?? 'neither');
}

function order({ kind }: Answerable): number {
  return kind === 'both' ? 0 : 1;
}

function answerOf(kind: PairKind, isA: boolean, isB: boolean): ExperimentAnswer {
  if (kind === 'only-a') return isA ? 'a' : 'b';
  if (kind === 'only-b') return isB ? 'b' : 'a';
  if (isA && isB) return 'both';
  if (isA) return 'a';
  return isB ? 'b' : 'neither';
}
