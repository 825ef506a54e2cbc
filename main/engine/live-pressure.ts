/**
 * Whether live frames come late now: while they do, work that nobody waits for is held.
 */
import type { Clock } from './base/clock.ts';
import type { Fleet } from './fleet.ts';

/** Workers report each second; a late frame counts for as long as two reports. */
const lateForMs = 2_500;

export function createLivePressure(fleet: Pick<Fleet, 'workers'>, clock: Clock): () => boolean {
  let known = lateFrames(fleet);
  let lateMs = -Infinity;
  return () => {
    const frames = lateFrames(fleet);
    const nowMs = clock.monotonicMs();
    // Fewer than before means that a worker was started again.
    if (frames > known) lateMs = nowMs;
    known = frames;
    return nowMs - lateMs < lateForMs;
  };
}

/** Late frames of all cameras since their workers started. */
function lateFrames(fleet: Pick<Fleet, 'workers'>): number {
  return fleet
    .workers()
    .flatMap(({ handle }) => handle.report()?.cameras ?? [])
    .reduce((sum, camera) => sum + camera.late, 0);
}
