/**
 * Takes a group of lives apart where, for one line, it makes no difference who took over from whom.
 *
 *   A ●────●  ╌╌▶  ●────● B       end and beginning surely far on the same side: whoever B is, its side is known and nothing
 *   ━━━━━━━━━━━━━━━━━━━━━━━━       stands; the same holds for A, should it come back, when it is far on that side again
 *
 * Links compete: of one end only one beginning takes over, and one beginning takes from one end only. So all links that hang
 * together by their ends and beginnings are kept when one of them makes a difference.
 */
import type { LineEye } from './decisive-looks.ts';
import type { LifeGroup, RunLink, RunMark, TrackLife } from './path-life.ts';

/** The lives that must be shown to the rule together; together they are the group. */
export function splitGroup({ lives, links, returns }: LifeGroup, eye: LineEye): TrackLife[][] {
  if (links.length === 0) return lives.map((life) => [life]);
  const sides = new Map<RunMark, 1 | -1 | 0>();
  const sideOf = (mark: RunMark): 1 | -1 | 0 => {
    const known = sides.get(mark) ?? eye.farSide(mark);
    sides.set(mark, known);
    return known;
  };
  const isQuiet = ({ end, begin }: RunLink): boolean => {
    const side = sideOf(end);
    return side !== 0 && side === sideOf(begin);
  };
  const runs = createUnion<RunMark>();
  for (const { end, begin } of [...links, ...returns]) runs.join(end, begin);
  const telling = new Set(
    [...links, ...returns].filter((link) => !isQuiet(link)).map(({ end }) => runs.rootOf(end)),
  );
  const together = createUnion<TrackLife>();
  for (const { end, begin } of links) {
    if (telling.has(runs.rootOf(end))) together.join(end.life, begin.life);
  }
  const parts = new Map<TrackLife, TrackLife[]>();
  for (const life of lives) {
    const root = together.rootOf(life);
    const part = parts.get(root);
    if (part === undefined) parts.set(root, [life]);
    else part.push(life);
  }
  return [...parts.values()];
}

/** Sets that grow together. */
function createUnion<T>() {
  const parents = new Map<T, T>();
  const rootOf = (item: T): T => {
    let root = item;
    for (let next = parents.get(root); next !== undefined; next = parents.get(root)) root = next;
    // The way is shortened for who asks next.
    for (let at = item; at !== root;) {
      const next = parents.get(at) ?? root;
      parents.set(at, root);
      at = next;
    }
    return root;
  };
  return {
    rootOf,
    join(a: T, b: T): void {
      const [from, to] = [rootOf(a), rootOf(b)];
      if (from !== to) parents.set(from, to);
    },
  };
}
