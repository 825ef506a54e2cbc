/**
 * Scenes made of public detections: followed by the product's tracker, by the plain one, or with perfect identities.
 */
import type { Track } from '#contract/detection.ts';
import { createByteTracker } from '#engine/tracking/byte-tracker.ts';
import { filterIdentities, type TrackFrame } from './identity-filter.ts';
import type { Frames, IdBox } from './mot.ts';
import type { NoisyStep } from './noise.ts';
import { createPlainTracker } from './plain-tracker.ts';
import { toDetections, type DetectionSet, type PublicSequence } from './sequences.ts';
import { iou, pairByWeight } from './tracking-metrics.ts';

/** Who says which boxes are one person. */
export type Follower = 'tallywatch' | 'plain' | 'perfect';

/** Tracks of all frames of a detection set. */
export function followDetections(
  sequence: PublicSequence,
  set: DetectionSet,
  follower: Follower,
): TrackFrame[] {
  const { size, fps, truth } = sequence;
  const times = truth.people.map((_, frame) => frame / fps);
  const seen = (frame: number) => toDetections(set, frame, size);
  switch (follower) {
    case 'tallywatch': {
      const tracker = createByteTracker({ picture: size, fps });
      return times.map((seconds, frame) => ({
        seconds,
        tracks: tracker.update(seen(frame), seconds),
      }));
    }
    case 'plain': {
      const tracker = createPlainTracker(size, fps);
      return times.map((seconds, frame) => ({ seconds, tracks: tracker.update(seen(frame)) }));
    }
    case 'perfect':
      return filterIdentities(trueIdentities(sequence, set), size, times);
  }
}

/** Confirmed tracks that were seen, as boxes in px for the tracking figures. */
export function toBoxes(frames: readonly TrackFrame[], sequence: PublicSequence): Frames {
  const { width, height } = sequence.size;
  const toBox = ({ trackId, box, score }: Track): IdBox => ({
    id: trackId,
    score,
    x: box.x * width,
    y: box.y * height,
    width: box.width * width,
    height: box.height * height,
  });
  return frames.map(({ tracks }) =>
    tracks.filter((track) => track.isConfirmed && track.unseenSeconds === 0).map(toBox),
  );
}

const minOverlap = 0.5;

/** The detections that found somebody, by who it was. */
function trueIdentities(sequence: PublicSequence, set: DetectionSet): NoisyStep[][] {
  const people = new Map<number, NoisyStep[]>();
  sequence.truth.people.forEach((truths, frame) => {
    const boxes = set.frames[frame] ?? [];
    const pairs = pairByWeight(truths, boxes, (truth, box) => {
      const overlap = iou(truth, box);
      return overlap >= minOverlap ? overlap : 0;
    });
    for (const [row, column] of pairs) {
      const truth = truths[row];
      const box = boxes[column];
      if (truth === undefined || box === undefined) continue;
      const steps = people.get(truth.id) ?? [];
      people.set(truth.id, steps);
      steps.push({ seconds: frame / sequence.fps, box, toldId: truth.id });
    }
  });
  return [...people.values()];
}
