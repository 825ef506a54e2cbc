/**
 * Random numbers that are the same for the same seed, so that every figure can be made again.
 */

export interface Random {
  /** Even, 0…1 */
  readonly even: () => number;
  /** Normal, mean 0, deviation 1 */
  readonly normal: () => number;
  /** Whether something happens that has this chance */
  readonly happens: (chance: number) => boolean;
}

/** A source of its own for a name, such as `PETS09-S2L1 jitter3 7`. */
export function randomOf(name: string): Random {
  let state = hashOf(name);
  // mulberry32 (Tommy Ettinger, public domain description)
  const even = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    even,
    normal: () => Math.sqrt(-2 * Math.log(1 - even())) * Math.cos(2 * Math.PI * even()),
    happens: (chance) => even() < chance,
  };
}

/** FNV-1a */
function hashOf(name: string): number {
  let hash = 0x811c9dc5;
  for (const letter of name) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193);
  return hash;
}
