/**
 * Keeps loaded in a worker what its cameras need, and changes the plan of models only when all of it is there.
 */
import { StationError } from '#contract/error.ts';
import type { CameraId } from '#contract/camera.ts';
import type { InferencePool } from './inference-pool.ts';
import { type ModelPlan, modelsFor, noModels } from './model-plan.ts';
import type { WorkerModel } from './worker-protocol.ts';

export interface HeldModels {
  plan(): ModelPlan;
  /**
   * Loads what is new, changes to the plan, lets go of the rest. Rejects with MODEL_*; everything stays as it was. With
   * `mayStandIn` a model that cannot be loaded now is no reason to reject: others count until it can.
   */
  change(plan: ModelPlan, mayStandIn?: boolean): Promise<void>;
  /** Loads and lets go as the cameras of now need it. Rejects as `change`. */
  refresh(): Promise<void>;
  /** Resolves when no change is under way. */
  settled(): Promise<void>;
}

export interface HeldModelsOptions {
  readonly pool: Pick<InferencePool, 'hold' | 'drop'>;
  readonly cameras: () => readonly CameraId[];
  /** The plan holds from now on: called between two frames */
  readonly apply: () => void;
}

export function createHeldModels({ pool, cameras, apply }: HeldModelsOptions): HeldModels {
  let plan: ModelPlan = noModels;
  let held: readonly WorkerModel[] = [];
  let changing: Promise<void> = Promise.resolve();

  /** One change after the other. */
  function change(next: () => ModelPlan, mayStandIn: boolean): Promise<void> {
    const done = changing.then(async () => {
      const wanted = next();
      const needed = modelsFor(wanted, cameras());
      await hold(needed, mayStandIn);
      const before = held;
      held = needed;
      plan = wanted;
      apply();
      for (const model of before) pool.drop(model);
    });
    changing = done.catch(() => undefined);
    return done;
  }

  /** All of them, or none. */
  async function hold(needed: readonly WorkerModel[], mayStandIn: boolean): Promise<void> {
    const results = await Promise.allSettled(needed.map((model) => pool.hold(model, mayStandIn)));
    const failed = results.find((result) => result.status === 'rejected');
    if (!failed) return;
    results.forEach((result, index) => {
      const model = needed[index];
      if (result.status === 'fulfilled' && model) pool.drop(model);
    });
    throw StationError.from(failed.reason, 'MODEL_002');
  }

  return {
    plan: () => plan,
    change: (wanted, mayStandIn = false) => change(() => wanted, mayStandIn),
    refresh: () => change(() => plan, true),
    settled: () => changing,
  };
}
