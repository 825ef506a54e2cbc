/**
 * Finds tracks that broke: one ends, and another begins so soon after and so near that it most likely goes on with it.
 *
 *   end ──▶●      ●──▶ begin        within 2 s and 0.75 heights
 */
import type { SampleLook, TrackSample } from './track-samples.ts';

export interface BrokenTrack {
  readonly end: TrackSample;
  readonly begin: TrackSample;
}

/** How soon and how near: seconds, heights of the one that ended. */
export const heirSeconds = 2;
const heirHeights = 0.75;

/** All breaks in the order in which tracks ended. Each beginning is used once. Pure. */
export function findBroken(samples: readonly TrackSample[]): BrokenTrack[] {
  const ended = samples.filter(({ isEndSeen }) => isEndSeen);
  const births = samples
    .filter(({ isBirthSeen }) => isBirthSeen)
    .sort((a, b) => startOf(a) - startOf(b));
  const taken = new Set<TrackSample>();
  const broken: BrokenTrack[] = [];
  let first = 0;
  for (const end of ended.sort((a, b) => endOf(a) - endOf(b))) {
    while (first < births.length && startOf(births[first]) <= endOf(end)) first += 1;
    for (let index = first; index < births.length; index += 1) {
      const begin = births[index];
      if (begin === undefined || startOf(begin) - endOf(end) > heirSeconds * 1000) break;
      if (taken.has(begin) || !isNear(end.looks.at(-1), begin.looks[0])) continue;
      taken.add(begin);
      broken.push({ end, begin });
      break;
    }
  }
  return broken;
}

/** Whether the feet of both are within 0.75 heights of the first. */
export function isNear(last: SampleLook | undefined, first: SampleLook | undefined): boolean {
  if (last === undefined || first === undefined) return false;
  const heightPx = Math.max(1, last.bottom - last.top);
  return Math.hypot(first.x - last.x, first.bottom - last.bottom) <= heirHeights * heightPx;
}

export const startOf = (sample: TrackSample | undefined): number => sample?.looks[0]?.atMs ?? 0;
export const endOf = (sample: TrackSample): number => sample.looks.at(-1)?.atMs ?? 0;
