/**
 * Says which detection of a frame is which track, in the order of trust.
 *
 *   1. sure detections   → confirmed tracks that were seen a moment ago, and lost ones of which it is known what they wear
 *   2. what is left      → confirmed tracks that are lost, and nothing but their place is known
 *   3. unsure detections → what was seen a moment ago and is still without a match of 1
 *   4. what is left of 2 → tracks that are not confirmed yet
 *
 * Were those who were seen a moment ago served before all others, one of two who pass each other would take the box of the other who
 * comes out from behind, whenever its own is missing on that frame. Without colours the place alone would decide, and a lost one, of
 * whom the place is least known, would take boxes from those whose place is known well.
 */
import type { TimeLineState } from '#engine/base/time-line.ts';
import { assign } from './assignment.ts';
import { matchCosts, sureMatchLimit } from './match-costs.ts';
import {
  continueTrack,
  labelOf,
  predictTrack,
  type Observation,
  type TrackState,
} from './track-state.ts';

export interface FrameRule {
  /** Score from which a detection is sure */
  readonly high: number;
  readonly time: TimeLineState;
}

/** Largest cost (1 − likeness) of a pair that is not of a sure detection and a confirmed track. */
const unsureMatchLimit = 0.6;
const unconfirmedMatchLimit = 0.7;
/** Seen a moment ago: within so many frames. */
const recentFrames = 1.5;

/** All tracks, those with a match as of this frame and the others as they were, and the sure detections without a match. */
export function matchFrame(
  tracks: readonly TrackState[],
  seen: readonly Observation[],
  rule: FrameRule,
): { tracks: TrackState[]; unmatched: Observation[] } {
  const { clock, intervalSeconds } = rule.time;
  const isRecent = (track: TrackState): boolean =>
    clock - track.seenAt <= recentFrames * intervalSeconds;
  const confirmed = tracks.filter((track) => track.isConfirmed);
  const isKnown = (track: TrackState): boolean => isRecent(track) || track.colours !== null;
  const known = confirmed.filter(isKnown);
  const lost = confirmed.filter((track) => !isKnown(track));
  const young = tracks.filter((track) => !track.isConfirmed);
  const sure = seen.filter((observation) => observation.score >= rule.high);
  const unsure = seen.filter((observation) => observation.score < rule.high);

  const scored = { clock, isScored: true };
  const first = match(known, sure, { ...scored, limit: sureMatchLimit });
  const second = match(lost, first.observations, { ...scored, limit: sureMatchLimit });
  const third = match(first.tracks.filter(isRecent), unsure, {
    clock,
    isScored: false,
    limit: unsureMatchLimit,
  });
  const last = match(young, second.observations, { ...scored, limit: unconfirmedMatchLimit });

  const continued = new Map(
    [first, second, third, last].flatMap((part) => part.continued).map((t) => [t.trackId, t]),
  );
  return {
    tracks: tracks.map((track) => continued.get(track.trackId) ?? track),
    unmatched: last.observations,
  };
}

interface MatchRule {
  readonly clock: number;
  /** Whether a sure detection is preferred to an unsure one */
  readonly isScored: boolean;
  readonly limit: number;
}

/** Pairs made, continued by their observation, and what is left of both sides. */
function match(
  tracks: readonly TrackState[],
  seen: readonly Observation[],
  rule: MatchRule,
): { continued: TrackState[]; tracks: TrackState[]; observations: Observation[] } {
  const expected = tracks.map((track) => ({
    box: predictTrack(track, rule.clock),
    label: labelOf(track),
    unseenSeconds: rule.clock - track.seenAt,
    colours: track.colours,
  }));
  const pairs = assign(matchCosts(expected, seen, rule.isScored), rule.limit);
  const continued = pairs.flatMap(([row, column]) => {
    const track = tracks[row];
    const observation = seen[column];
    return track && observation ? [continueTrack(track, observation, rule.clock)] : [];
  });
  const rows = new Set(pairs.map((pair) => pair[0]));
  const columns = new Set(pairs.map((pair) => pair[1]));
  return {
    continued,
    tracks: tracks.filter((_, row) => !rows.has(row)),
    observations: seen.filter((_, column) => !columns.has(column)),
  };
}
