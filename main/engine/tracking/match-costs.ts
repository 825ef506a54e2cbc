/**
 * What it costs to say that a detection is a track: by overlap, or by place and size where frames are far apart.
 */
import type { CostMatrix } from './assignment.ts';
import type { BoxPx } from './kalman.ts';
import { overlap } from './overlap.ts';
import type { Observation } from './track-state.ts';

/** A track as it is expected now. */
export interface Expected {
  readonly box: BoxPx;
  readonly label: Observation['label'];
}

/** How the first match is made. */
export interface MatchRule {
  /** Gate on centre distance and height instead of overlap: for cameras below 10 frames per second */
  readonly isSparse: boolean;
  /** Whether a sure detection is preferred to an unsure one */
  readonly isScored: boolean;
}

/** Below 10 frames per second a person moves by more than a box width between frames, and overlap says little. */
const maxDistanceWidths = 1.5;
const minHeightRatio = 0.75;
const maxHeightRatio = 1.33;
/** A person is rarely seen as a vehicle from one frame to the next; a rider is, so it is no ban. */
const otherLabelCost = 0.1;

/** Costs of all pairs, 0…1, `Infinity` outside the gate. */
export function matchCosts(
  tracks: readonly Expected[],
  seen: readonly Observation[],
  rule: MatchRule,
): CostMatrix {
  const values = new Float64Array(tracks.length * seen.length);
  let index = 0;
  for (const track of tracks) {
    for (const observation of seen) {
      const likeness = rule.isSparse
        ? Math.max(nearness(track.box, observation.box), overlap(track.box, observation.box))
        : overlap(track.box, observation.box);
      const weighted = rule.isScored ? likeness * observation.score : likeness;
      const cost = 1 - weighted + (track.label === observation.label ? 0 : otherLabelCost);
      values[index] = likeness > 0 ? cost : Infinity;
      index += 1;
    }
  }
  return { rows: tracks.length, columns: seen.length, values };
}

/** 1 at the same place, 0 at the gate. */
function nearness(expected: BoxPx, seen: BoxPx): number {
  const ratio = seen.height / expected.height;
  if (ratio < minHeightRatio || ratio > maxHeightRatio) return 0;
  const distance = Math.hypot(seen.x - expected.x, seen.y - expected.y);
  return Math.max(0, 1 - distance / (maxDistanceWidths * expected.width));
}
