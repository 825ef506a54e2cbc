/**
 * Follows objects from frame to frame: detections in, tracks out.
 *
 * ByteTrack (Zhang et al. 2022): sure detections are matched first, then unsure ones to what is still without a match,
 * with observation-centric re-update after a gap (OC-SORT, Cao et al. 2023). All times are seconds, so that it holds at any frame rate.
 */
import { z } from 'zod';
import type { Detection, Track } from '#contract/detection.ts';
import type { Box, Size } from '#contract/geometry.ts';
import { startTimeLine, stepTimeLine, TimeLineState } from '#engine/base/time-line.ts';
import { assign } from './assignment.ts';
import type { BoxPx } from './kalman.ts';
import { matchCosts, type MatchRule } from './match-costs.ts';
import { overlap } from './overlap.ts';
import {
  continueTrack,
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
  update(detections: readonly Detection[], atSeconds: number): Track[];
  /** All state as plain JSON. */
  checkpoint(): TrackerCheckpoint;
  /** Goes on from a checkpoint; throws a ZodError when it is none. */
  restore(checkpoint: unknown): void;
}

const defaultHighThreshold = 0.5;
const defaultLowThreshold = 0.1;
/** A new track needs this much more than the high threshold. */
const newTrackMargin = 0.1;
const firstMatchLimit = 0.8;
const secondMatchLimit = 0.5;
const unconfirmedMatchLimit = 0.7;
/** How long an unseen track is waited for. */
const lostSeconds = { person: 1, animal: 1, other: 1, bicycle: 2, vehicle: 2 };
const minLostFrames = 5;
const confirmHits = 2;
/** An unconfirmed track that was not seen for so long was a false detection. */
const unconfirmedSeconds = 0.2;
const duplicateOverlap = 0.85;
/** Below this rate a match goes by distance and height. */
const sparseFps = 10;

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
      const time = timeLine;
      const alive = step.isBroken ? [] : tracks.filter((track) => isWaitedFor(track, time));
      const seen = detections
        .filter((detection) => detection.score >= low && isBox(detection.box))
        .map((detection) => toObservation(detection, picture));

      const frame = matchFrame(alive, seen, { high, time });
      const born = frame.unmatched
        .filter((observation) => observation.score >= high + newTrackMargin)
        .map((observation) => startTrack(nextId++, observation, time.clock));
      tracks = withoutDuplicates([...frame.tracks, ...born], time.clock);
      return tracks
        .filter((track) => track.isConfirmed || track.seenAt === time.clock)
        .map((track) => toTrack(track, time.clock, picture));
    },
    checkpoint: () => structuredClone({ timeLine, nextId, tracks }),
    restore(checkpoint) {
      ({ timeLine, nextId, tracks } = TrackerCheckpoint.parse(checkpoint));
    },
  };
}

interface FrameRule {
  readonly high: number;
  readonly time: TimeLineState;
}

/** The three matches of one frame, in the order of trust; tracks without a match are kept as they were. */
function matchFrame(
  tracks: readonly TrackState[],
  seen: readonly Observation[],
  rule: FrameRule,
): { tracks: TrackState[]; unmatched: Observation[] } {
  const { high, time } = rule;
  const isSparse = time.intervalSeconds > 1 / sparseFps + 1e-6;
  const next = new Map(tracks.map((track) => [track.trackId, track]));
  const sure = seen.filter((observation) => observation.score >= high);
  const unsure = seen.filter((observation) => observation.score < high);

  const match = (
    candidates: readonly TrackState[],
    observations: readonly Observation[],
    how: MatchRule & { readonly limit: number },
  ): { tracks: TrackState[]; observations: Observation[] } => {
    const expected = candidates.map((track) => ({
      box: predictTrack(track, time.clock),
      label: labelOf(track),
    }));
    const pairs = assign(matchCosts(expected, observations, how), how.limit);
    for (const [row, column] of pairs) {
      const track = candidates[row];
      const observation = observations[column];
      if (track === undefined || observation === undefined) continue;
      const continued = continueTrack(track, observation, time);
      next.set(track.trackId, {
        ...continued,
        isConfirmed: track.isConfirmed || continued.hits >= confirmHits,
      });
    }
    const rows = new Set(pairs.map((pair) => pair[0]));
    const columns = new Set(pairs.map((pair) => pair[1]));
    return {
      tracks: candidates.filter((_, row) => !rows.has(row)),
      observations: observations.filter((_, column) => !columns.has(column)),
    };
  };

  const first = match(
    tracks.filter((track) => track.isConfirmed),
    sure,
    { isSparse, isScored: true, limit: firstMatchLimit },
  );
  // Only a track that was seen a moment ago may take an unsure box: a long lost one would take noise.
  const recent = first.tracks.filter(
    (track) => time.clock - track.seenAt <= 1.5 * time.intervalSeconds,
  );
  match(recent, unsure, { isSparse: false, isScored: false, limit: secondMatchLimit });
  const last = match(
    tracks.filter((track) => !track.isConfirmed),
    first.observations,
    { isSparse, isScored: true, limit: unconfirmedMatchLimit },
  );
  return { tracks: [...next.values()], unmatched: last.observations };
}

function isWaitedFor(track: TrackState, time: TimeLineState): boolean {
  const unseen = time.clock - track.seenAt;
  if (!track.isConfirmed) return unseen <= Math.max(unconfirmedSeconds, 1.5 * time.intervalSeconds);
  return unseen <= Math.max(lostSeconds[labelOf(track)], minLostFrames * time.intervalSeconds);
}

/** Of two tracks on the same object the older stays, unless only the younger was seen now. */
function withoutDuplicates(tracks: readonly TrackState[], clock: number): TrackState[] {
  const dropped = new Set<number>();
  const boxes = tracks.map((track) => predictTrack(track, clock));
  tracks.forEach((older, i) => {
    tracks.slice(i + 1).forEach((younger, offset) => {
      const a = boxes[i];
      const b = boxes[i + 1 + offset];
      if (a === undefined || b === undefined || overlap(a, b) <= duplicateOverlap) return;
      const isOlderLost = older.seenAt < clock && younger.seenAt === clock && younger.isConfirmed;
      dropped.add(isOlderLost ? older.trackId : younger.trackId);
    });
  });
  return tracks.filter((track) => !dropped.has(track.trackId));
}

function isBox(box: Box): boolean {
  return (
    box.width > 0 && box.height > 0 && [box.x, box.y, box.width, box.height].every(Number.isFinite)
  );
}

function toObservation(detection: Detection, picture: Size): Observation {
  const { box, score, label } = detection;
  const boxPx: BoxPx = {
    x: (box.x + box.width / 2) * picture.width,
    y: (box.y + box.height / 2) * picture.height,
    width: box.width * picture.width,
    height: box.height * picture.height,
  };
  return { box: boxPx, score, label };
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
    isConfirmed: track.isConfirmed,
    unseenSeconds: Math.max(0, clock - track.seenAt),
  };
}
