/**
 * Random numbers that are the same for the same seed, so that every figure can be made again.
 */

import { seededNumbers } from '#engine/base/random.ts';

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
  const even = seededNumbers(hashOf(name));
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
