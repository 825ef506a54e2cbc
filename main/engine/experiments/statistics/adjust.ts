/**
 * Several tests at once: p values as they must be read when some of many are bound to be small.
 */
import padjust from '@stdlib/stats-padjust';

/** For guardrails: no false alarm among all of them, with the level of the station (Holm 1979). In the order given. */
export function holm(pValues: readonly number[]): number[] {
  if (pValues.length === 0) return [];
  return Array.from(padjust([...pValues], 'holm') as ArrayLike<number>);
}

/** For what one only looks through: the share of false finds among the finds (Benjamini and Hochberg 1995). */
export function benjaminiHochberg(pValues: readonly number[]): number[] {
  if (pValues.length === 0) return [];
  return Array.from(padjust([...pValues], 'bh') as ArrayLike<number>);
}
