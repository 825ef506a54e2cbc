/**
 * Explains one crossing: finds its path in the blocks around it and runs the rule over them again, watched.
 */
import type { Crossing, Line } from '#contract/counting.ts';
import type { PathLook, Receipt, RuleValues } from '#contract/trajectory.ts';
import type { TrajectoryBlock } from '#engine/base/trajectory.ts';
import type { LineStep } from './line-counter.ts';
import { toPathLook } from './near-misses.ts';
import { createRecount, splitTrackId } from './recount.ts';
import { holdSeconds } from './side-rule.ts';

export interface ReceiptData {
  readonly crossing: Crossing;
  /** The line as it was drawn then */
  readonly line: Line;
  /** Blocks around the crossing, in the order of time */
  readonly blocks: readonly TrajectoryBlock[];
}

/** The path is told for so long before and after the crossing, ms. */
const aroundMs = 10_000;
/** The stored path is simplified far from lines: its crossing may be found this much beside the recorded time, ms. */
const toleranceMs = 500;

/** Path and rule values of a crossing; null when its path is not in the blocks. */
export function readReceipt({
  crossing,
  line,
  blocks,
}: ReceiptData): Pick<Receipt, 'picture' | 'path' | 'rule'> | null {
  const steps = stepsOf({ crossing, line, blocks });
  const decision = steps.find(
    (step) =>
      step.crossing?.direction === crossing.direction &&
      Math.abs(step.crossing.atSeconds * 1000 - crossing.at) <= toleranceMs,
  );
  const path = steps.flatMap((step) => toPathLook(step) ?? []);
  if (!path.some((look) => Math.abs(look.at - crossing.at) <= toleranceMs)) return null;
  return {
    picture: blocks.at(-1)?.picture ?? null,
    path: path.filter((look) => Math.abs(look.at - crossing.at) <= aroundMs),
    rule: decision === undefined ? null : toRule(decision, { steps, crossing, path }),
  };
}

/** Steps of the track of the crossing. */
function stepsOf({ crossing, line, blocks }: ReceiptData): LineStep[] {
  const [epoch, number] = crossing.trackUid.split(':').slice(-2).map(Number);
  const steps: LineStep[] = [];
  const recount = createRecount({
    line,
    watch: (step) => {
      const own = splitTrackId(step.trackId);
      if (own.epoch === epoch && own.trackId === number) steps.push(step);
    },
  });
  for (const block of blocks) recount.add(block);
  recount.finish();
  return steps;
}

function toRule(
  decision: LineStep,
  track: {
    readonly steps: readonly LineStep[];
    readonly crossing: Crossing;
    readonly path: readonly PathLook[];
  },
): RuleValues {
  const { before, decided, look, sight, after } = decision;
  const first = track.steps[0];
  const candidateSince = Math.round((decision.crossing?.atSeconds ?? 0) * 1000);
  const decidedMs =
    look === null ? (track.path.at(-1)?.at ?? candidateSince) : look.atSeconds * 1000;
  const heldSeconds = Math.max(0, decidedMs - candidateSince) / 1000;
  const isSure = sight !== null && Math.abs(sight.distance) >= 2 * sight.band;
  const inherited = first?.inheritedFrom ?? null;
  return {
    settledBefore: sideName(before?.settled ?? null),
    candidateSince,
    heldSeconds,
    neededSeconds: holdSeconds,
    decidedBy:
      look === null ? 'ended' : heldSeconds >= holdSeconds - 1e-9 || !isSure ? 'held' : 'two-bands',
    isBornInside: before?.originDistance !== null && before?.settled === null,
    passedAlong: decided === null ? null : after.passedAlong,
    inheritedFrom:
      inherited === null || inherited < 0
        ? null
        : uidLike(track.crossing.trackUid, splitTrackId(inherited)),
  };
}

function sideName(side: number | null): 'in' | 'out' | null {
  if (side === null) return null;
  return side > 0 ? 'in' : 'out';
}

/** The uid of another track of the same camera. */
function uidLike(uid: string, { epoch, trackId }: { epoch: number; trackId: number }): string {
  return [...uid.split(':').slice(0, -2), String(epoch), String(trackId)].join(':');
}
