/**
 * Decides how many pictures a screen can take: on a machine that does not keep up they queue in the network's buffers
 * and become older and older, so fewer are asked for until they are on time again.
 *
 *   behind > 600 ms   →  ask for 0.6 times as many      (then wait, so that the queue can drain)
 *   behind < 200 ms for 10 s  →  ask for 1.3 times as many, up to what was wished
 */

export type PaceStep = 'same' | 'changed' | 'flush';

export interface Pace {
  /** Takes one picture that has just arrived: its age in ms, whatever part of it is due to clocks and cameras. */
  observe(ageMs: number, nowMs: number): PaceStep;
  /** Share of the wished pictures per second to ask for, 0…1. */
  share(): number;
}

const behindMs = 600;
/** So far behind that waiting would take longer than beginning anew */
const hopelessMs = 2500;
const onTimeMs = 200;
const slowDown = 0.6;
const speedUp = 1.3;
const leastShare = 0.1;
const settleMs = 2000;
const calmMs = 10_000;
/** How long the least age seen counts as what a picture takes anyway */
const memoryMs = 60_000;

export function createPace(): Pace {
  let share = 1;
  let least = { ageMs: Infinity, since: 0 };
  let previousLeastMs = Infinity;
  let changedAt = -Infinity;
  let calmSince: number | null = null;

  function step(factor: number, nowMs: number): boolean {
    const next = Math.min(1, Math.max(leastShare, share * factor));
    changedAt = nowMs;
    calmSince = null;
    if (next === share) return false;
    share = next;
    return true;
  }

  return {
    observe(ageMs, nowMs) {
      if (nowMs - least.since > memoryMs) {
        previousLeastMs = least.ageMs;
        least = { ageMs, since: nowMs };
      }
      least.ageMs = Math.min(least.ageMs, ageMs);
      const lateMs = ageMs - Math.min(least.ageMs, previousLeastMs);
      if (lateMs < onTimeMs) {
        calmSince ??= nowMs;
        const isCalm = nowMs - calmSince > calmMs && nowMs - changedAt > calmMs;
        return share < 1 && isCalm && step(speedUp, nowMs) ? 'changed' : 'same';
      }
      calmSince = null;
      if (lateMs < behindMs || nowMs - changedAt < settleMs) return 'same';
      const isChanged = step(slowDown, nowMs);
      if (lateMs > hopelessMs) return 'flush';
      return isChanged ? 'changed' : 'same';
    },
    share: () => share,
  };
}
