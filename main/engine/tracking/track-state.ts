/**
 * What a tracker remembers of one object, and how an observation changes it.
 */
import { z } from 'zod';
import { Label, type Detection } from '#contract/detection.ts';
import type { Colours } from '#engine/base/seen.ts';
import {
  boxOf,
  Motion,
  predictMotion,
  startMotion,
  updateMotion,
  usualAgility,
  type BoxPx,
} from './kalman.ts';
import { learnColours } from './likeness.ts';

export const TrackState = z.object({
  trackId: z.number().int().nonnegative(),
  /** As of the last observation */
  motion: Motion,
  score: z.number(),
  /** Sum of scores by label */
  votes: z.partialRecord(Label, z.number()),
  hits: z.number().int().positive(),
  /** Frames since it began, those that did not see it as well; checkpoints of before have none */
  frames: z.number().int().nonnegative().default(0),
  /** Observations within those of another track that was seen better */
  shadowed: z.number().int().nonnegative().default(0),
  /** Clock of the time line at the last observation, seconds */
  seenAt: z.number(),
  isConfirmed: z.boolean(),
  /** What it wears, where pixels were there to see; checkpoints of before have none */
  colours: z.array(z.number()).nullable().default(null),
});
export type TrackState = z.infer<typeof TrackState>;

/** A detection in pixels, by its centre. */
export interface Observation {
  readonly box: BoxPx;
  readonly score: number;
  readonly label: Detection['label'];
  readonly colours: Colours | null;
  /** Nobody else is in the box, so that the colours are its own */
  readonly isClear: boolean;
}

/** An unconfirmed track becomes one that counts when it was seen so often. */
const confirmHits = 2;
/** Votes fade with every observation, so that a track that changed its object changes its label in the end. */
const voteMemory = 0.98;
/** A weak detection has a wider box error, down to this trust. */
const minTrust = 0.3;
/** So has one with somebody else in it: it is cut off, or holds parts of the other. */
const sharedTrust = 0.5;

/** A track that was just seen for the first time, at `clock` seconds. */
export function startTrack(
  trackId: number,
  seen: Observation,
  start: { readonly clock: number; readonly agility: number },
): TrackState {
  return {
    trackId,
    motion: startMotion(seen.box, start.agility),
    score: seen.score,
    votes: { [seen.label]: seen.score },
    hits: 1,
    frames: 0,
    shadowed: 0,
    seenAt: start.clock,
    isConfirmed: false,
    colours: seen.colours && [...seen.colours],
  };
}

/** The track after an observation at `clock` seconds. */
export function continueTrack(track: TrackState, seen: Observation, clock: number): TrackState {
  const trust = Math.max(minTrust, Math.min(1, seen.score)) * (seen.isClear ? 1 : sharedTrust);
  const expected = predictMotion(track.motion, clock - track.seenAt);
  const votes: TrackState['votes'] = {};
  for (const label of Label.options) {
    const vote = track.votes[label] ?? 0;
    if (vote > 0) votes[label] = vote * voteMemory;
  }
  votes[seen.label] = (votes[seen.label] ?? 0) + seen.score;
  const known = learnColours(track.colours, seen);
  return {
    trackId: track.trackId,
    motion: updateMotion(expected, seen.box, trust),
    score: seen.score,
    votes,
    hits: track.hits + 1,
    frames: track.frames,
    shadowed: track.shadowed,
    seenAt: clock,
    isConfirmed: track.isConfirmed || track.hits + 1 >= confirmHits,
    colours: known && [...known],
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

/**
 * Agility that a newborn starts with: the geometric mean over confirmed tracks, since a camera that shakes or is near has more agile
 * tracks than another.
 */
export function agilityOf(tracks: readonly TrackState[]): number {
  const known = tracks.filter((track) => track.isConfirmed);
  if (known.length === 0) return usualAgility;
  const sum = known.reduce((total, track) => total + Math.log(track.motion.agility), 0);
  return Math.exp(sum / known.length);
}
