/**
 * What it costs to say that a detection is a track: by the overlap of their boxes, grown by how long the track was not seen.
 */
import type { CostMatrix } from './assignment.ts';
import type { BoxPx } from './kalman.ts';
import { unlikeness } from './likeness.ts';
import { overlap } from './overlap.ts';
import type { Observation } from './track-state.ts';

/** A track as it is expected now. */
export interface Expected {
  readonly box: BoxPx;
  readonly label: Observation['label'];
  /** Since the last observation, s */
  readonly unseenSeconds: number;
  readonly colours: Observation['colours'];
}

/**
 * Both boxes grow on all sides by this share of their size for each second since the last observation (buffered overlap, Yang 2023): the
 * slower the camera or the longer the gap, the farther an object may be from where it was expected. One rule for 3 to 30 frames per second.
 */
const growthPerSecond = 1.5;
const maxGrowth = 0.5;
/** People do not change their height from one frame to the next. */
const minHeightRatio = 0.7;
/** A person is rarely seen as a vehicle from one frame to the next; a rider is, so it is no ban. */
const otherLabelCost = 0.1;
/** Colours that are another's for sure: not a ban either, because light changes. */
const otherColoursCost = 0.5;
/** Largest cost at which a sure detection is a confirmed track. */
export const sureMatchLimit = 0.8;
/**
 * In a box that holds somebody else, too, colours say who of several it is, but not that it is somebody new: where the boxes alone cost
 * less than `near`, the pair costs at most `most`, so that it stays possible.
 */
const sharedBox = { near: 0.6, most: sureMatchLimit - 0.01 };

/**
 * Costs of all pairs: 1 − likeness, `Infinity` where two have nothing in common. `isScored` multiplies the likeness by the score of the
 * detection, so that a sure one is preferred.
 */
export function matchCosts(
  tracks: readonly Expected[],
  seen: readonly Observation[],
  isScored: boolean,
): CostMatrix {
  const values = new Float64Array(tracks.length * seen.length).fill(Infinity);
  tracks.forEach((track, row) => {
    const growth = Math.min(maxGrowth, growthPerSecond * track.unseenSeconds);
    const grown = grow(track.box, growth);
    seen.forEach((observation, column) => {
      const { box, label, score, colours } = observation;
      const ratio = Math.min(box.height, track.box.height) / Math.max(box.height, track.box.height);
      if (ratio < minHeightRatio) return;
      const likeness = overlap(grown, grow(box, growth)) * Math.sqrt(ratio);
      if (likeness <= 0) return;
      const weighted = isScored ? likeness * score : likeness;
      const ofBoxes = 1 - weighted + (track.label === label ? 0 : otherLabelCost);
      const cost = ofBoxes + otherColoursCost * unlikeness(track.colours, colours);
      const isShared = !observation.isClear && ofBoxes < sharedBox.near;
      values[row * seen.length + column] = isShared ? Math.min(cost, sharedBox.most) : cost;
    });
  });
  return { rows: tracks.length, columns: seen.length, values };
}

function grow(box: BoxPx, share: number): BoxPx {
  const factor = 1 + 2 * share;
  return { x: box.x, y: box.y, width: box.width * factor, height: box.height * factor };
}
