/**
 * An arm of an experiment as it runs: the model, with its settings put on its card.
 */
import { StationError } from '#contract/error.ts';
import type { ArmSettings } from '#contract/experiment-arm.ts';
import type { Size } from '#contract/geometry.ts';
import type { WorkerModel } from './worker-protocol.ts';

export interface ArmModel {
  readonly settings: ArmSettings;
  readonly model: WorkerModel;
}

/** Loads a model with its card and runs it once. Rejects with MODEL_002, MODEL_003 or INF_004 where that cannot be done. */
export type TryModel = (model: WorkerModel) => Promise<unknown>;

/** Networks halve their input five times. */
const inputStep = 32;

/** The model with the settings of an arm on its card. Whether its graph takes the input, loading it tells. */
export function withSettings({ model, settings }: ArmModel): WorkerModel {
  const { scoreFloor, nmsIou, inputSide } = settings;
  const card = {
    ...model.card,
    ...(scoreFloor === null ? {} : { scoreFloor }),
    ...(nmsIou === null ? {} : { nmsIou }),
    ...(inputSide === null ? {} : { input: inputOf(model.card.input, inputSide) }),
  };
  return { ...model, card };
}

/** An input of this longer side, in the ratio of the card as near as the steps of networks allow. */
export function inputOf({ width, height }: Size, longerSide: number): Size {
  const scale = longerSide / Math.max(width, height);
  const side = (px: number): number =>
    Math.max(inputStep, Math.round((px * scale) / inputStep) * inputStep);
  return { width: side(width), height: side(height) };
}

/**
 * Most graphs take one size only; another one is proven on a grey picture.
 * @throws StationError what `tryModel` rejects with, with the reason
 */
export async function proveInput(arm: ArmModel, tryModel: TryModel): Promise<void> {
  if (arm.settings.inputSide === null) return;
  const sized = withSettings(arm);
  const { width, height } = sized.card.input;
  try {
    await tryModel(sized);
  } catch (error) {
    const { code, message } = StationError.from(error, 'MODEL_003');
    const text = `${titleOf(arm.model)} does not take an input of ${String(width)} × ${String(height)} px: ${message}`;
    throw new StationError(code, text, { cause: error });
  }
}

/** Name and version. */
export function titleOf({ card }: Pick<WorkerModel, 'card'>): string {
  return `${card.name} ${card.version}`;
}
