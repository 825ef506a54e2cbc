/**
 * Which model counts on which camera, as a worker is told: the site's, those of cameras that differ, and what is on trial.
 */
import type { CameraId } from '#contract/camera.ts';
import type { WorkerModel } from './worker-protocol.ts';

/** What counted before on a camera whose model was changed a short while ago. */
export interface Trial {
  /** Stays loaded: it answers for a frame on which the new one fails, and looks at a share of the frames too */
  readonly former: WorkerModel;
  /** Share of the frames at which both look, 0…1 */
  readonly share: number;
}

export interface ModelPlan {
  readonly site: WorkerModel | null;
  /** Cameras that count with another model than the site */
  readonly cameras: Readonly<Record<CameraId, WorkerModel>>;
  readonly trials: Readonly<Record<CameraId, Trial>>;
}

export const noModels: ModelPlan = { site: null, cameras: {}, trials: {} };

/** All cameras with one model. */
export function onlyModel(model: WorkerModel | null): ModelPlan {
  return { ...noModels, site: model };
}

export function modelOf(plan: ModelPlan, cameraId: CameraId): WorkerModel | null {
  return plan.cameras[cameraId] ?? plan.site;
}

/** A trial of a model against itself says nothing. */
export function trialOf(plan: ModelPlan, cameraId: CameraId): Trial | null {
  const trial = plan.trials[cameraId];
  return trial && trial.former.digest !== modelOf(plan, cameraId)?.digest ? trial : null;
}

/** Every version that must be loaded for these cameras, each once; the site's also without a camera. */
export function modelsFor(plan: ModelPlan, cameraIds: readonly CameraId[]): WorkerModel[] {
  const all = [
    plan.site,
    ...cameraIds.flatMap((id) => [modelOf(plan, id), trialOf(plan, id)?.former ?? null]),
  ];
  return [...new Map(all.flatMap((model) => (model ? [[model.digest, model]] : []))).values()];
}

/** The plan with every version as `change` gives it. */
export function mapModels(plan: ModelPlan, change: (model: WorkerModel) => WorkerModel): ModelPlan {
  const each = <T, U>(ofCameras: Readonly<Record<CameraId, T>>, map: (value: T) => U) =>
    Object.fromEntries(Object.entries(ofCameras).map(([id, value]) => [id, map(value)] as const));
  return {
    site: plan.site && change(plan.site),
    cameras: each(plan.cameras, change),
    trials: each(plan.trials, (trial) => ({ ...trial, former: change(trial.former) })),
  };
}
