/**
 * Follows objects from frame to frame: detections in, tracks out.
 *
 * ByteTrack (Zhang et al. 2022): sure detections are matched first, then unsure ones to what is still without a match. All times are
 * seconds, so that it holds at any frame rate. Of OC-SORT (Cao et al. 2023) nothing is left: its direction term and its re-update did not measure better
 * beside a filter that learns how agile its objects are (docs/measurements/counting.md).
 */
import { z } from 'zod';
import type { Track } from '#contract/detection.ts';
import type { Box, Size } from '#contract/geometry.ts';
import { assert } from '#engine/base/assert.ts';
import type { Seen } from '#engine/base/seen.ts';
import { startTimeLine, stepTimeLine, TimeLineState } from '#engine/base/time-line.ts';
import type { BoxPx } from './kalman.ts';
import { areClear } from './likeness.ts';
import { matchFrame } from './match-frame.ts';
import { overlap } from './overlap.ts';
import { isShadow, rememberFrame } from './shadow.ts';
import {
  agilityOf,
  labelOf,
  predictTrack,
  startTrack,
  TrackState,
  type Observation,
} from './track-state.ts';

export interface TrackerOptions {
  readonly picture: Size;
  /** Frames per second to expect; the true rate is learned */
  readonly fps: number;
  /** Detections from this score on start tracks and are matched first; tuned per model */
  readonly highThreshold?: number;
  /** Detections below this score are not looked at */
  readonly lowThreshold?: number;
}

export const TrackerCheckpoint = z.object({
  timeLine: TimeLineState,
  nextId: z.number().int().nonnegative(),
  tracks: z.array(TrackState),
});
export type TrackerCheckpoint = z.infer<typeof TrackerCheckpoint>;

export interface Tracker {
  /**
   * Detections of one frame at `atSeconds` of the camera's time line → all tracks as of this frame, by `trackId`.
   * Confirmed tracks that were not seen now stay in the list with their predicted box until the lost buffer ends;
   * `unseenSeconds` tells. Unconfirmed ones are listed on frames that saw them.
   */
  update(detections: readonly Seen[], atSeconds: number): Track[];
  /** Whether no track is alive, not even an unconfirmed or a lost one. */
  isIdle(): boolean;
  /** Whether every track is confirmed and was seen in the last frame, so that the same detections would change nothing. */
  isSteady(): boolean;
  /** All state as plain JSON. */
  checkpoint(): TrackerCheckpoint;
  /** Goes on from a checkpoint; throws a ZodError when it is none. */
  restore(checkpoint: unknown): void;
}

const defaultHighThreshold = 0.5;
const defaultLowThreshold = 0.1;
/** A new track needs this much more than the high threshold. */
const newTrackMargin = 0.1;
/** How long an unseen track is waited for. */
const lostSeconds = 2;
const minLostFrames = 5;
/** An unconfirmed track that was not seen for so long was a false detection. */
const unconfirmedSeconds = 0.2;
const duplicateOverlap = 0.85;

/** Makes a tracker for one camera. Pure: the same detections and times give the same tracks. */
export function createByteTracker(options: TrackerOptions): Tracker {
  const { picture } = options;
  const high = options.highThreshold ?? defaultHighThreshold;
  const low = options.lowThreshold ?? Math.min(defaultLowThreshold, high);
  let timeLine = startTimeLine(options.fps);
  let nextId = 0;
  let tracks: TrackState[] = [];

  return {
    update(detections, atSeconds) {
      const step = stepTimeLine(timeLine, atSeconds);
      timeLine = step.next;
      const { clock } = timeLine;
      const alive = step.isBroken ? [] : tracks.filter((track) => isWaitedFor(track, step.next));
      const seen = toObservations(
        detections.filter((detection) => detection.score >= low && isBox(detection.box)),
        picture,
      );

      const frame = matchFrame(alive, seen, { high, time: timeLine });
      const agility = agilityOf(alive);
      const born = frame.unmatched
        .filter((observation) => observation.score >= high + newTrackMargin)
        .map((observation) => startTrack(nextId++, observation, { clock, agility }));
      tracks = rememberFrame(
        withoutDuplicates([...frame.tracks, ...born], clock),
        (track) => predictTrack(track, clock),
        clock,
      );
      return tracks
        .filter((track) => track.isConfirmed || track.seenAt === clock)
        .map((track) => toTrack(track, clock, picture));
    },
    isIdle: () => tracks.length === 0,
    isSteady: () => tracks.every((track) => track.isConfirmed && track.seenAt === timeLine.clock),
    checkpoint: () => structuredClone({ timeLine, nextId, tracks }),
    restore(checkpoint) {
      ({ timeLine, nextId, tracks } = TrackerCheckpoint.parse(checkpoint));
    },
  };
}

function isWaitedFor(track: TrackState, time: TimeLineState): boolean {
  const unseen = time.clock - track.seenAt;
  return track.isConfirmed
    ? unseen <= Math.max(lostSeconds, minLostFrames * time.intervalSeconds)
    : unseen <= Math.max(unconfirmedSeconds, 1.5 * time.intervalSeconds);
}

/** Of two tracks on the same object the older stays, unless only the younger was seen now. */
function withoutDuplicates(tracks: readonly TrackState[], clock: number): TrackState[] {
  const dropped = new Set<number>();
  const boxes = tracks.map((track) => predictTrack(track, clock));
  tracks.forEach((older, i) => {
    const a = boxes[i];
    if (a === undefined) return;
    for (let j = i + 1; j < tracks.length; j += 1) {
      const younger = tracks[j];
      const b = boxes[j];
      if (younger === undefined || b === undefined || overlap(a, b) <= duplicateOverlap) continue;
      const isOlderLost = older.seenAt < clock && younger.seenAt === clock && younger.isConfirmed;
      dropped.add(isOlderLost ? older.trackId : younger.trackId);
    }
  });
  return tracks.filter((track) => !dropped.has(track.trackId));
}

function isBox(box: Box): boolean {
  return (
    box.width > 0 && box.height > 0 && [box.x, box.y, box.width, box.height].every(Number.isFinite)
  );
}

function toObservations(detections: readonly Seen[], picture: Size): Observation[] {
  const boxes = detections.map(({ box }) => toPx(box, picture));
  const clear = areClear(boxes);
  return detections.map(({ score, label, colours = null }, index) => {
    const box = boxes[index];
    assert(box !== undefined, 'a box for each detection');
    return { box, score, label, colours, isClear: clear[index] === true };
  });
}

function toPx(box: Box, picture: Size): BoxPx {
  return {
    x: (box.x + box.width / 2) * picture.width,
    y: (box.y + box.height / 2) * picture.height,
    width: box.width * picture.width,
    height: box.height * picture.height,
  };
}

function toTrack(track: TrackState, clock: number, picture: Size): Track {
  const box = predictTrack(track, clock);
  return {
    trackId: track.trackId,
    box: {
      x: (box.x - box.width / 2) / picture.width,
      y: (box.y - box.height / 2) / picture.height,
      width: box.width / picture.width,
      height: box.height / picture.height,
    },
    score: track.score,
    label: labelOf(track),
    isConfirmed: track.isConfirmed && !isShadow(track),
    unseenSeconds: Math.max(0, clock - track.seenAt),
  };
}
