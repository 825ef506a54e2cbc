/**
 * Tracks of people whose identity is told, with boxes filtered as the tracker filters them: the rule without the tracker.
 */
import type { Track } from '#contract/detection.ts';
import type { Size } from '#contract/geometry.ts';
import { boxOf, usualAgility } from '#engine/tracking/kalman.ts';
import {
  continueTrack,
  startTrack,
  type Observation,
  type TrackState,
} from '#engine/tracking/track-state.ts';
import type { NoisyStep } from './noise.ts';
import type { IdBox } from './mot.ts';

/** The tracks of one frame. */
export interface TrackFrame {
  readonly seconds: number;
  readonly tracks: readonly Track[];
}

const score = 0.9;

/** Tracks of a scene of people at these frame times; steps are at frame times only. */
export function filterIdentities(
  people: readonly (readonly NoisyStep[])[],
  picture: Size,
  times: readonly number[],
): TrackFrame[] {
  const frames = new Map<number, Track[]>(times.map((seconds) => [keyOf(seconds), []]));
  for (const steps of people) {
    const states = new Map<number, TrackState>();
    for (const step of steps) {
      const before = states.get(step.toldId);
      const seen = toObservation(step.box);
      const state =
        before === undefined
          ? startTrack(step.toldId, seen, { clock: step.seconds, agility: usualAgility })
          : continueTrack(before, seen, step.seconds);
      states.set(step.toldId, state);
      frames.get(keyOf(step.seconds))?.push(toTrack(state, picture));
    }
  }
  return times.map((seconds) => ({ seconds, tracks: frames.get(keyOf(seconds)) ?? [] }));
}

/** Frame times differ by more than a millisecond. */
export function keyOf(seconds: number): number {
  return Math.round(seconds * 1000);
}

function toObservation(box: IdBox): Observation {
  const { x, y, width, height } = box;
  return {
    box: { x: x + width / 2, y: y + height / 2, width, height },
    score,
    label: 'person',
    colours: null,
    isClear: true,
  };
}

function toTrack(state: TrackState, picture: Size): Track {
  const box = boxOf(state.motion);
  return {
    trackId: state.trackId,
    box: {
      x: (box.x - box.width / 2) / picture.width,
      y: (box.y - box.height / 2) / picture.height,
      width: box.width / picture.width,
      height: box.height / picture.height,
    },
    score,
    label: 'person',
    isConfirmed: state.isConfirmed,
    unseenSeconds: 0,
  };
}
