/**
 * What a tracker remembers of one object, and how an observation changes it.
 */
import { z } from 'zod';
import { Label, type Detection } from '#contract/detection.ts';
import { boxOf, Motion, predictMotion, startMotion, updateMotion, type BoxPx } from './kalman.ts';

export const TrackState = z.object({
  trackId: z.number().int().nonnegative(),
  /** As of the last observation */
  motion: Motion,
  /** The last observed box itself, centre in px */
  observed: z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() }),
  score: z.number(),
  /** Sum of scores by label */
  votes: z.partialRecord(Label, z.number()),
  hits: z.number().int().positive(),
  /** Clock of the time line, seconds */
  bornAt: z.number(),
  seenAt: z.number(),
  isConfirmed: z.boolean(),
});
export type TrackState = z.infer<typeof TrackState>;

/** A detection in pixels, by its centre. */
export interface Observation {
  readonly box: BoxPx;
  readonly score: number;
  readonly label: Detection['label'];
}

/** Votes fade with every observation, so that a track that changed its object changes its label in the end. */
const voteMemory = 0.98;
/** A weak detection has a wider box error, down to this trust. */
const minTrust = 0.3;

/** A track that was just seen for the first time. */
export function startTrack(trackId: number, seen: Observation, clock: number): TrackState {
  return {
    trackId,
    motion: startMotion(seen.box),
    observed: { ...seen.box },
    score: seen.score,
    votes: { [seen.label]: seen.score },
    hits: 1,
    bornAt: clock,
    seenAt: clock,
    isConfirmed: false,
  };
}

/**
 * The track after an observation. After a gap the way between the last and this observation is laid as a straight one
 * through the filter (observation-centric re-update, Cao 2023), so that the velocity guessed before the gap is forgotten.
 */
export function continueTrack(
  track: TrackState,
  seen: Observation,
  time: { readonly clock: number; readonly intervalSeconds: number },
): TrackState {
  const elapsed = time.clock - track.seenAt;
  const steps = Math.max(1, Math.round(elapsed / time.intervalSeconds));
  const trust = Math.max(minTrust, Math.min(1, seen.score));
  let motion = track.motion;
  for (let step = 1; step <= steps; step += 1) {
    const box = between(track.observed, seen.box, step / steps);
    motion = updateMotion(predictMotion(motion, elapsed / steps), box, trust);
  }
  const votes: TrackState['votes'] = {};
  for (const label of Label.options) {
    const vote = track.votes[label] ?? 0;
    if (vote > 0) votes[label] = vote * voteMemory;
  }
  votes[seen.label] = (votes[seen.label] ?? 0) + seen.score;
  return {
    ...track,
    motion,
    observed: { ...seen.box },
    score: seen.score,
    votes,
    hits: track.hits + 1,
    seenAt: time.clock,
  };
}

/** Where the track most likely is now; its size stays as it was last seen. */
export function predictTrack(track: TrackState, clock: number): BoxPx {
  const seen = boxOf(track.motion);
  if (clock <= track.seenAt) return seen;
  const now = boxOf(predictMotion(track.motion, clock - track.seenAt));
  return { ...now, width: seen.width, height: seen.height };
}

/** The label with the most votes; the first of the contract's order when equal. */
export function labelOf(track: TrackState): Detection['label'] {
  let best: Detection['label'] = 'other';
  let most = -1;
  for (const label of Label.options) {
    const vote = track.votes[label] ?? -1;
    if (vote > most) {
      best = label;
      most = vote;
    }
  }
  return best;
}

function between(from: BoxPx, to: BoxPx, share: number): BoxPx {
  const mix = (a: number, b: number): number => a + (b - a) * share;
  return {
    x: mix(from.x, to.x),
    y: mix(from.y, to.y),
    width: mix(from.width, to.width),
    height: mix(from.height, to.height),
  };
}
