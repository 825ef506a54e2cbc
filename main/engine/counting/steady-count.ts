/**
 * How many were inside for a while: the least count of the last moments, so that one false look proves nothing.
 */

export interface SteadyCount {
  /** Takes in a count at Unix time `at` in ms → the least of the whole window; null while it is not full. */
  add(count: number, at: number): number | null;
}

/** `windowMs` is how long a count must have been reached. A clock that goes back begins anew. */
export function createSteadyCount(windowMs: number): SteadyCount {
  let looks: { readonly at: number; readonly count: number }[] = [];

  return {
    add(count, at) {
      const last = looks.at(-1);
      // A pause as long as the window proves nothing about what was between.
      if (last !== undefined && (at < last.at || at - last.at >= windowMs)) looks = [];
      looks.push({ at, count });
      const full = looks.findLastIndex((look) => at - look.at >= windowMs);
      if (full === -1) return null;
      looks = looks.slice(full);
      return Math.min(...looks.map((look) => look.count));
    },
  };
}
