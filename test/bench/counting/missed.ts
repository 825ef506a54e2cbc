/**
 * What no rule can count: true crossings of people whom the network did not see near the line.
 */
import type { Line } from '#contract/counting.ts';
import type { IdBox } from './mot.ts';
import type { DetectionSet, PublicSequence } from './sequences.ts';
import { iou } from './tracking-metrics.ts';
import { crossingsOf, toWalks, type TrueEvent } from './walks.ts';

/** A person must have been seen within this time of the passage. */
const nearSeconds = 0.5;
const minOverlap = 0.5;

export interface Missed {
  /** True crossings whose person was not found near the line */
  readonly unseen: number;
  /** All true crossings */
  readonly crossings: number;
}

/** Counts, over all lines, the passages of people of whom no box within half a second overlaps the true one by half. */
export function countMissed(
  { size, fps, truth }: PublicSequence,
  set: DetectionSet,
  lines: readonly Line[],
): Missed {
  const walks = toWalks(truth.people, fps);
  const seen = new Map<number, number[]>();
  for (const { id, steps } of walks) {
    seen.set(id, [...(seen.get(id) ?? []), ...seenTimes(steps, set, fps)]);
  }
  const events = lines.flatMap((line) =>
    walks.flatMap((walk) => crossingsOf(walk, line, size).filter(({ isDefinite }) => isDefinite)),
  );
  const unseen = events.filter(({ id, from, to }: TrueEvent) => {
    const times = seen.get(id) ?? [];
    return !times.some((at) => at >= from - nearSeconds && at <= to + nearSeconds);
  });
  return { unseen: unseen.length, crossings: events.length };
}

/** When somebody was found, seconds. */
function seenTimes(
  steps: readonly { readonly seconds: number; readonly box: IdBox }[],
  set: DetectionSet,
  fps: number,
): number[] {
  return steps
    .filter(({ seconds, box }) => {
      const found = set.frames[Math.round(seconds * fps)] ?? [];
      return found.some((other) => iou(box, other) >= minOverlap);
    })
    .map(({ seconds }) => seconds);
}
