/**
 * Whether live frames come late now: while they do, work that nobody waits for is held.
 */
import type { Clock } from './base/clock.ts';

/** Workers report each second; a late frame counts for as long as two reports. */
const lateForMs = 2_500;

/** `lateFrames` gives the late frames of all cameras since their workers started. */
export function createLivePressure(lateFrames: () => number, clock: Clock): () => boolean {
  let known = lateFrames();
  let lateMs = -Infinity;
  return () => {
    const frames = lateFrames();
    const nowMs = clock.monotonicMs();
    // Fewer than before means that a worker was started again.
    if (frames > known) lateMs = nowMs;
    known = frames;
    return nowMs - lateMs < lateForMs;
  };
}
