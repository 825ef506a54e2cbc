/**
 * The one order of all inference work: live before alert before API before batch, each class in batches of its own.
 *
 * Runs cannot be interrupted, so a class gets only what the ones before it leave: a thread that a more urgent class waits
 * for (for a fuller batch) is kept free for it.
 */
import { decideBatches } from './batcher.ts';
import type { BatchDecision, BatchLimits, WaitingWork } from './batcher.ts';
import { workClasses } from './work.ts';
import type { WorkClass } from './work.ts';

export interface ScheduleQuestion<T extends WaitingWork> {
  readonly waiting: readonly T[];
  readonly idleThreads: number;
  /** Cameras that may deliver a live frame */
  readonly cameras: number;
  readonly nowMs: number;
}

/** Decides what runs now; batches are most urgent first. */
export function schedule<T extends WaitingWork>(
  question: ScheduleQuestion<T>,
  limitsOf: (work: WorkClass) => BatchLimits,
): BatchDecision<T> {
  const batches: (readonly T[])[] = [];
  const askAgain: number[] = [];
  let idle = question.idleThreads;
  for (const work of workClasses) {
    const waiting = question.waiting.filter((item) => (item.work ?? 'live') === work);
    if (waiting.length === 0 || idle <= 0) continue;
    const decision = decideBatches(
      {
        waiting,
        idleThreads: idle,
        cameras: work === 'live' ? question.cameras : Infinity,
        nowMs: question.nowMs,
      },
      limitsOf(work),
    );
    batches.push(...decision.batches);
    if (decision.askAgainAtMs !== null) askAgain.push(decision.askAgainAtMs);
    const taken = decision.batches.reduce((sum, batch) => sum + batch.length, 0);
    idle -= decision.batches.length + (waiting.length - taken);
  }
  return { batches, askAgainAtMs: askAgain.length === 0 ? null : Math.min(...askAgain) };
}
