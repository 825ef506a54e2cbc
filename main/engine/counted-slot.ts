/**
 * What one arm has counted on a camera in one time slot of a split, from the ledger and the figures by the minute. Pure.
 *
 *   slot   │····│━━━━━━━━━━━━━━━━━━│   the first minute after a change of the model is left out
 */
import type { Experiment } from '#contract/experiment.ts';
import type { ArmName } from '#contract/experiment-arm.ts';
import type { ArmMinute, ExperimentStretch } from '#contract/experiment-event.ts';
import { minuteOf } from './base/arm-minutes.ts';
import type { TimeSlot } from './experiments/split-arms.ts';
import type { MetricRow } from './store/metrics.ts';
import type { ModelCrossings } from './store/model-crossings.ts';
import type { AliasEvent } from './store/records.ts';

const minuteMs = 60_000;

export interface SlotRecords {
  readonly crossings: readonly ModelCrossings[];
  /** Of the camera */
  readonly metrics: readonly MetricRow[];
}

/**
 * The part of a slot in which the model of an arm was the one to count, in whole minutes; null when that is less than half of it.
 * @param history moves of the alias "champion", newest first
 */
export function countedPart(
  slot: TimeSlot,
  history: readonly AliasEvent[],
  { cameraId, digest, since }: { cameraId: string; digest: string; since: number },
): TimeSlot | null {
  const moves = history.filter(({ alias }) => alias === 'champion').toReversed();
  let own: string | null = null;
  let site: string | null = null;
  let counting: string | null = null;
  let changedAt = -Infinity;
  for (const move of moves) {
    if (move.at >= slot.to) break;
    if (move.cameraId === null) site = move.digest;
    else if (move.cameraId === cameraId) own = move.digest;
    const next = own ?? site;
    if (next === counting) continue;
    // It was right already, and was taken away within the slot.
    if (counting === digest && move.at > slot.from + minuteMs) return null;
    counting = next;
    changedAt = move.at;
  }
  if (counting !== digest) return null;
  const begin = Math.max(slot.from, changedAt, since) + minuteMs;
  const from = Math.ceil(begin / minuteMs) * minuteMs;
  return slot.to - from >= (slot.to - slot.from) / 2 ? { from, to: slot.to } : null;
}

/** Null when another model has counted too, as one does that helps out, or when the camera gave nothing. */
export function countedStretch(
  experiment: Pick<Experiment, ArmName>,
  { cameraId, arm, part }: { cameraId: string; arm: ArmName; part: TimeSlot },
  { crossings, metrics }: SlotRecords,
): ExperimentStretch | null {
  const { digest } = experiment[arm];
  if (crossings.some((each) => each.digest !== digest)) return null;
  const minutes = metrics
    .filter(({ at }) => at >= part.from && at < part.to)
    .map(({ at, facts }): ArmMinute => {
      const counted = crossings.find(({ minute }) => minute === at)?.crossings ?? 0;
      return { place: cameraId, arm, minute: at, crossings: counted, ...minuteOf(facts) };
    });
  const frames = minutes.reduce((sum, minute) => sum + minute.frames, 0);
  if (frames === 0) return null;
  return {
    ...{ place: cameraId, from: part.from, to: part.to, minutes, pairs: [] },
    frames: { a: arm === 'a' ? frames : 0, b: arm === 'b' ? frames : 0 },
  };
}
