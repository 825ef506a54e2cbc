/**
 * Counts identities that most likely changed at a line: a track ends there while another of its class begins close by, also
 * shortly before, when both claim the same object for a moment.
 *
 *   ────●────●────● end            the other begins where the first one was at that moment,
 *              ●────●────▶         from a second before its end to two seconds after
 */
import { endOf, heirSeconds, isNear, startOf } from './broken-tracks.ts';
import type { SampleLook, TrackSample } from './track-samples.ts';

/** Two tracks share an object for so long before the older one is given up, seconds. */
const sharedSeconds = 1;

/** `ends` and `births` are the tracks that end and begin at the line; each beginning is used once. Pure. */
export function countSwitches(
  ends: readonly TrackSample[],
  births: readonly TrackSample[],
): number {
  const taken = new Set<TrackSample>();
  for (const end of ends) {
    const other = births.find((begin) => !taken.has(begin) && isSameObject(end, begin));
    if (other !== undefined) taken.add(other);
  }
  return taken.size;
}

function isSameObject(end: TrackSample, begin: TrackSample): boolean {
  if (begin === end || begin.label !== end.label) return false;
  const since = (startOf(begin) - endOf(end)) / 1000;
  if (since < -sharedSeconds || since > heirSeconds) return false;
  return startOf(begin) > startOf(end) && isNear(lookAt(end, startOf(begin)), begin.looks[0]);
}

/** The last look until then. */
function lookAt({ looks }: TrackSample, atMs: number): SampleLook | undefined {
  return looks.findLast((look) => look.atMs <= atMs);
}
