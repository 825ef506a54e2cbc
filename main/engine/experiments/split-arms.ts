/**
 * Which arm has a camera in a time slot, and a client in its hour: drawn by chance, yet always the same for the same question,
 * so that a restart changes nothing. Pure.
 *
 *   camera   │ A  │ A  │ B  │ A  │ B  │   one slot after the other
 *   client     │    A     │    B     │    its own hours, each begins at a moment of its own
 */
import { createHash } from 'node:crypto';
import type { Experiment } from '#contract/experiment.ts';
import type { ArmName } from '#contract/experiment-arm.ts';

/** A client stays with an arm for so long, ms. */
export const stickyMs = 3_600_000;

type Drawn = Pick<Experiment, 'id' | 'share'>;

export interface TimeSlot {
  /** Unix times in ms */
  readonly from: number;
  readonly to: number;
}

/** The slot that holds a time. Slots begin at full minutes and are the same for all cameras. */
export function slotAt({ slotMinutes }: Pick<Experiment, 'slotMinutes'>, at: number): TimeSlot {
  const lengthMs = slotMinutes * 60_000;
  const from = Math.floor(at / lengthMs) * lengthMs;
  return { from, to: from + lengthMs };
}

/** `share` is the chance of B. */
export function armOfCamera(experiment: Drawn, cameraId: string, slot: TimeSlot): ArmName {
  return draw(experiment, ['camera', cameraId, slot.from]);
}

export function armOfClient(experiment: Drawn, client: string, at: number): ArmName {
  const offsetMs = Math.floor(chanceOf([experiment.id, 'offset', client]) * stickyMs);
  return draw(experiment, ['client', client, Math.floor((at + offsetMs) / stickyMs)]);
}

function draw({ id, share }: Drawn, what: readonly (string | number)[]): ArmName {
  return chanceOf([id, ...what]) < share ? 'b' : 'a';
}

/** 0…1, spread evenly. */
function chanceOf(what: readonly (string | number)[]): number {
  return createHash('sha256').update(JSON.stringify(what)).digest().readUInt32BE(0) / 2 ** 32;
}
