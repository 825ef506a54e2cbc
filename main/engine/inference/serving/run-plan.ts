/**
 * How many pictures a run takes and which instance gets it: small runs while somebody waits for an answer, full ones else.
 */
import { createReservoir } from '#engine/base/rates.ts';
import { maxBatchSize } from '#engine/inference/work.ts';
import type { WorkClass } from '#engine/inference/work.ts';

/** A run cannot be interrupted, so one of batch work holds its instance at most about this long, ms. */
const batchRunMs = 50;
/** One run computes while the next is decoded. */
export const runsPerInstance = 2;
/** After a request that somebody waits for, batch work leaves the second place of each instance free for so long, ms. */
const urgentForMs = 1_000;
/** Requests of other programs in one run where a run of many costs little more than one of one */
const maxUrgentBatch = 16;

export interface RunFacts {
  /** Usual time of one picture in a run, ms; 0 when not known yet */
  readonly perPictureMs: number;
  /** Pictures that a run of the network takes; null when any number is possible */
  readonly batchSize: number | null;
  readonly isOnGpu: boolean;
  /** What the callers asked for at most */
  readonly asked: number;
}

/** Pictures in the next run of a class. On CPU a run of many takes as long as its pictures one by one. */
export function runSize(work: WorkClass, facts: RunFacts): number {
  const { perPictureMs, batchSize, isOnGpu, asked } = facts;
  const fits = perPictureMs > 0 ? Math.floor(batchRunMs / perPictureMs) : 1;
  const most = Math.max(1, Math.min(fits, maxBatchSize, asked));
  if (work === 'batch') return most;
  if (!isOnGpu) return Math.min(most, batchSize ?? 1);
  return Math.min(most, maxUrgentBatch);
}

/** Runs that each instance takes of batch work: a place is left free while requests come that somebody waits for. */
export function batchRuns(sinceUrgentMs: number): number {
  return sinceUrgentMs < urgentForMs ? runsPerInstance - 1 : runsPerInstance;
}

const keptRuns = 256;
const percentilesEvery = 16;

export interface RunTimes {
  /** Time of a whole run with decoding, and of one picture in it without, ms */
  add(runMs: number, perPictureMs: number): void;
  p99RunMs(): number;
  /** Median; 0 before the first run */
  perPictureMs(): number;
}

/** How long the newest runs took. The percentiles are taken anew now and then, because they cost a sort. */
export function createRunTimes(): RunTimes {
  const runs = createReservoir(keptRuns);
  const pictures = createReservoir(keptRuns);
  let added = 0;
  let p99RunMs = 0;
  let perPictureMs = 0;
  return {
    add(runMs, perPicture) {
      runs.add(runMs);
      pictures.add(perPicture);
      if (added++ % percentilesEvery !== 0) return;
      [p99RunMs = 0] = runs.quantiles([0.99]);
      [perPictureMs = 0] = pictures.quantiles([0.5]);
    },
    p99RunMs: () => p99RunMs,
    perPictureMs: () => perPictureMs,
  };
}
