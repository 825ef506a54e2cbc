/**
 * The arms of an experiment: which model each is, and with which settings.
 */
import { z } from 'zod';
import { Digest } from './model.ts';

const fields = {
  /** Detections below this score are dropped, 0…1 */
  scoreFloor: z.number().min(0).max(1).nullable().default(null),
  /** Overlap above which the weaker of two boxes is dropped, 0…1 */
  nmsIou: z.number().min(0).max(1).nullable().default(null),
  /** Score from which a detection is matched first; a track begins 0.1 above it */
  trackFrom: z.number().min(0.05).max(0.9).nullable().default(null),
  /** Longer side of the input of the network, px; the other one keeps the ratio of the card */
  inputSide: z.number().int().multipleOf(32).min(96).max(1920).nullable().default(null),
  /** It looks at each n-th picture: 2 is half the frame rate */
  eachNth: z.number().int().min(2).max(15).nullable().default(null),
};

/** What may differ from the model as it is on its card and looks at every picture; null: as there. */
export const ArmSettings = z.object(fields);
export type ArmSettings = z.infer<typeof ArmSettings>;

/** In the order in which they are shown. */
export const armSettings = Object.keys(fields) as readonly (keyof ArmSettings)[];

/** One side of a comparison: a model with its settings. */
export const ExperimentArm = z.object({
  digest: Digest,
  /** Name and version of the model */
  title: z.string().min(1).max(140),
  ...fields,
});
export type ExperimentArm = z.infer<typeof ExperimentArm>;

export const ArmName = z.enum(['a', 'b']);
export type ArmName = z.infer<typeof ArmName>;

/** The model as it is. */
export const asOnCard: ArmSettings = ArmSettings.parse({});

/** Whether an arm is not the model as it is on its card. */
export function hasSettings(arm: ArmSettings): boolean {
  return armSettings.some((name) => arm[name] !== null);
}
