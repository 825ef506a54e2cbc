/**
 * Tells tracks of nobody: a network now and then gives a second box for one person, and a track of such boxes walks along.
 * It is unseen most of the time, and when it is seen it stands over another track that is seen better. Somebody who walks
 * behind another is seen more often, or better.
 */
import type { BoxPx } from './kalman.ts';
import { overlap } from './overlap.ts';
import type { TrackState } from './track-state.ts';

/** Two boxes that overlap more than this may be of one person. */
const sameOverlap = 0.3;
/** Scores that are nearer than this say nothing. */
const betterBy = 0.05;
/** A shadow is seen on less than this share of the frames, */
const leastSeen = 0.5;
/** and on more than this share of those it stands over a better one. */
const mostShadowed = 0.5;

/** Tracks as of a frame at `clock` → the same with the frame in their memory. */
export function rememberFrame(
  tracks: readonly TrackState[],
  boxOf: (track: TrackState) => BoxPx,
  clock: number,
): TrackState[] {
  const seen = tracks
    .filter((track) => track.seenAt === clock)
    .map((track) => ({ track, box: boxOf(track) }));
  const isShadowed = (track: TrackState): boolean => {
    const box = boxOf(track);
    return seen.some(
      (other) =>
        other.track.score > track.score + betterBy && overlap(box, other.box) > sameOverlap,
    );
  };
  return tracks.map((track) => ({
    ...track,
    frames: track.frames + 1,
    shadowed: track.shadowed + Number(track.seenAt === clock && isShadowed(track)),
  }));
}

/** Whether the track is most likely a second box of somebody else. */
export function isShadow({ hits, frames, shadowed }: TrackState): boolean {
  return hits < leastSeen * frames && shadowed > mostShadowed * hits;
}
