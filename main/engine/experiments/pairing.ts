/**
 * Pairs what two arms counted on the same frames.
 *
 *   A    │in  │out      │in     │in
 *   B    │in      │out          │out         time ─▶
 *        both  only A,  only A  different      within half a second they are the same event
 *              only B
 */

import { PairKind } from '#contract/experiment-event.ts';

/** A crossing as it is compared. `at` in ms of a time line that both arms share. */
export interface Comparable {
  /** Camera or clip */
  readonly place: string;
  readonly line: string;
  readonly direction: string;
  readonly label: string;
  readonly at: number;
}

export const pairKinds = PairKind.options;

/** One event: as A saw it, as B did. `different` is another direction or label of the same moment. */
export interface Pair<C extends Comparable = Comparable> {
  readonly kind: PairKind;
  readonly a: C | null;
  readonly b: C | null;
  readonly at: number;
}

/** Two crossings further apart are two events, ms. */
export const pairMs = 500;

/** Pure; in the order of time. First the same direction and label, then what is left of the same line. */
export function pairCrossings<C extends Comparable>(a: readonly C[], b: readonly C[]): Pair<C>[] {
  const same = match(a, b, (crossing) =>
    keyOf(crossing.place, crossing.line, crossing.direction, crossing.label),
  );
  const other = match(same.onlyA, same.onlyB, ({ place, line }) => keyOf(place, line));
  return [
    ...same.pairs.map(([left, right]) => pairOf('both', left, right)),
    ...other.pairs.map(([left, right]) => pairOf('different', left, right)),
    ...other.onlyA.map((left) => pairOf('only-a', left, null)),
    ...other.onlyB.map((right) => pairOf('only-b', null, right)),
  ].sort((x, y) => x.at - y.at || pairKinds.indexOf(x.kind) - pairKinds.indexOf(y.kind));
}

export function countKinds(
  pairs: readonly { readonly kind: PairKind }[],
): Record<PairKind, number> {
  const counts = { both: 0, 'only-a': 0, 'only-b': 0, different: 0 };
  for (const { kind } of pairs) counts[kind]++;
  return counts;
}

interface Matched<C> {
  readonly pairs: readonly (readonly [C, C])[];
  readonly onlyA: readonly C[];
  readonly onlyB: readonly C[];
}

/** The most pairs that can be made of each group: on the line of time the earliest that fit belong together. */
function match<C extends Comparable>(
  a: readonly C[],
  b: readonly C[],
  groupOf: (crossing: C) => string,
): Matched<C> {
  const pairs: [C, C][] = [];
  const onlyA: C[] = [];
  const onlyB: C[] = [];
  const groups = [...new Set([...a, ...b].map(groupOf))];
  for (const group of groups) {
    const left = ordered(a.filter((each) => groupOf(each) === group));
    const right = ordered(b.filter((each) => groupOf(each) === group));
    while (left.length > 0 || right.length > 0) {
      const [first] = left;
      const [second] = right;
      if (!first || (second && second.at < first.at - pairMs)) onlyB.push(...right.splice(0, 1));
      else if (!second || second.at > first.at + pairMs) onlyA.push(...left.splice(0, 1));
      else {
        pairs.push([first, second]);
        left.shift();
        right.shift();
      }
    }
  }
  return { pairs, onlyA, onlyB };
}

function ordered<C extends Comparable>(crossings: readonly C[]): C[] {
  return [...crossings].sort((x, y) => x.at - y.at);
}

function keyOf(...parts: readonly string[]): string {
  return JSON.stringify(parts);
}

function pairOf<C extends Comparable>(kind: PairKind, a: C | null, b: C | null): Pair<C> {
  return { kind, a, b, at: a?.at ?? b?.at ?? 0 };
}
