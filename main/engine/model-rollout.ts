/**
 * Which model counts on which camera of the station: makes the workers follow the registry, watches what is new, and brings
 * the former model back when a guard rail says so.
 */
import type { Camera, CameraId } from '#contract/camera.ts';
import { StationError } from '#contract/error.ts';
import type { Execution } from '#contract/execution.ts';
import type { ModelTrial } from '#contract/rehearsal.ts';
import type { Clock } from './base/clock.ts';
import type { Emitter } from './base/emitter.ts';
import type { Logger } from './base/log.ts';
import type { Fleet } from './fleet.ts';
import { mapModels, type ModelPlan, modelOf, noModels, type Trial } from './model-plan.ts';
import { type TrialWatch, watchTrial } from './model-trial.ts';
import type { EventMap, Site } from './site.ts';
import type { AliasChange, StoredModel } from './store/records.ts';
import type { Store } from './store/store.ts';
import type { WorkerModel } from './worker-protocol.ts';

/** Share of the frames of a new model at which the former one looks too. */
const comparedShare = 0.1;
const lookEveryMs = 1_000;
const maxKeptTrials = 20;

/** A model that shall count, with why. */
export type Swap = Omit<AliasChange, 'alias'>;

export interface SwapOptions {
  /** Whether the guard rails may take it back; when left out, unless it goes back to what counted before */
  readonly isWatched?: boolean;
}

export interface ModelRollout {
  /** Counts with what the registry names; for the start of the station. */
  follow(): Promise<void>;
  /**
   * The cameras count with a version from now on; `digest` null lets a camera follow the site again. Rejects with MODEL_*, and
   * everything stays as it was.
   */
  swap(swap: Swap, options?: SwapOptions): Promise<void>;
  /** The same versions, each as it is to compute now. Rejects as `swap`. */
  computeAnew(): Promise<void>;
  /** What counts on a camera, or for the site. */
  counting(cameraId: CameraId | null): string | null;
  /** Newest first. */
  trials(): ModelTrial[];
  close(): Promise<void>;
}

export interface ModelRolloutDeps {
  readonly fleet: Fleet;
  readonly site: Site;
  readonly store: Store;
  readonly events: Emitter<EventMap>;
  readonly clock: Clock;
  readonly log: Logger;
  /** How long a new model is watched, ms; 0 for not at all */
  readonly watchMs: number;
  /** How a version computes, best first */
  readonly executionsOf: (digest: string) => readonly Execution[];
  /** All models of the registry, before one of them begins to count. */
  readonly onModels: (models: readonly StoredModel[]) => void;
  /** Another one counts in the registry now; `digests` are this one and the one before. */
  readonly onChanged: (digests: readonly string[]) => Promise<void>;
}

export function createModelRollout(deps: ModelRolloutDeps): ModelRollout {
  const { fleet, site, store, clock, log } = deps;
  let plan: ModelPlan = noModels;
  let watches: TrialWatch[] = [];
  let past: ModelTrial[] = [];
  let busy: Promise<void> = Promise.resolve();
  let isLooking = false;

  /** One change after the other. */
  function inTurn(work: () => Promise<void>): Promise<void> {
    const done = busy.then(work);
    busy = done.catch(() => undefined);
    return done;
  }

  function planOf(models: readonly StoredModel[]): ModelPlan {
    const named = models.flatMap((model) =>
      model.aliases.flatMap(({ alias, cameraId }) =>
        alias === 'champion' ? [{ cameraId, model: toWorker(model) }] : [],
      ),
    );
    const cameras = named.flatMap(({ cameraId, model }) =>
      cameraId === null ? [] : [[cameraId, model] as const],
    );
    return {
      site: named.find(({ cameraId }) => cameraId === null)?.model ?? null,
      cameras: Object.fromEntries(cameras),
      trials: {},
    };
  }

  async function use(next: ModelPlan): Promise<void> {
    const models = await store.models.list();
    deps.onModels(models);
    await fleet.useModels(mapModels(next, withExecutions));
    plan = next;
    site.setModels((cameraId) => {
      const digest = modelOf(plan, cameraId)?.digest;
      return models.find((model) => model.digest === digest) ?? null;
    });
  }

  function withExecutions(model: WorkerModel): WorkerModel {
    return { ...model, executions: deps.executionsOf(model.digest) };
  }

  async function swap(change: Swap, isWatched: boolean): Promise<void> {
    const { cameraId, digest } = change;
    const models = await store.models.list();
    const before = plan;
    const after = changed(before, cameraId, toWorker(find(models, digest)));
    const affected = site.cameras().filter(({ id }) => {
      return modelOf(before, id)?.digest !== modelOf(after, id)?.digest;
    });
    const started = isWatched ? beginTrials({ before, after, cameraId, affected, models }) : [];
    const kept = watches.filter(({ subject }) =>
      subject.cameraIds.every((id) => affected.every((camera) => camera.id !== id)),
    );
    await use({ ...after, trials: trialsOf([...kept, ...started], models) });
    try {
      await store.models.assign({ alias: 'champion', ...change });
    } catch (error) {
      await use(before);
      throw error;
    }
    const former = modelOf(before, cameraId ?? '')?.digest;
    await deps.onChanged([digest, former].filter((one) => typeof one === 'string'));
    for (const watch of watches) if (!kept.includes(watch)) end(watch, watch.view('ended'));
    watches = [...kept, ...started];
    for (const watch of started) deps.events.emit('modelTrial', watch.view('watching'));
    log.info('models count now', { cameraId, digest, cause: change.cause });
  }

  interface Change {
    readonly before: ModelPlan;
    readonly after: ModelPlan;
    readonly cameraId: CameraId | null;
    readonly affected: readonly Camera[];
    readonly models: readonly StoredModel[];
  }

  function beginTrials({ before, after, cameraId, affected, models }: Change): TrialWatch[] {
    const ids = affected.map(({ id }) => id);
    const first = ids[0];
    const [former, next] = first ? [modelOf(before, first), modelOf(after, first)] : [null, null];
    if (!former || !next || deps.watchMs === 0) return [];
    const subject = {
      digest: next.digest,
      former: former.digest,
      cameraId,
      formerAlias: (cameraId === null ? before.site : before.cameras[cameraId])?.digest ?? null,
      cameraIds: ids,
      // The built-in detector is made for simulated scenes: what it misses or sees elsewhere is no measure.
      isComparable: find(models, former.digest)?.isEmbedded !== true,
    };
    return [
      watchTrial(subject, {
        fleet,
        clock,
        lengthMs: deps.watchMs,
        fpsOf: (id) => affected.find((camera) => camera.id === id)?.fps ?? 1,
        countCrossings: async (cameraIds, span) => {
          const tallies = await store.tallies.query({ ...span, bucket: 'all', timeZone: 'UTC' });
          return tallies
            .filter((tally) => cameraIds.includes(tally.cameraId))
            .reduce((sum, tally) => sum + tally.in + tally.out, 0);
        },
      }),
    ];
  }

  function end(watch: TrialWatch, view: ModelTrial): void {
    watches = watches.filter((other) => other !== watch);
    past = [view, ...past].slice(0, maxKeptTrials);
    deps.events.emit('modelTrial', view);
  }

  async function look(): Promise<void> {
    for (const watch of watches) {
      const reason = await watch.look();
      if (reason !== null) await rollBack(watch, reason);
      else if (watch.isOver()) await pass(watch);
    }
  }

  async function pass(watch: TrialWatch): Promise<void> {
    const view = watch.view('passed');
    await inTurn(async () => {
      if (!watches.includes(watch)) return;
      end(watch, view);
      // The former version need not stay loaded.
      await use({ ...plan, trials: trialsOf(watches, await store.models.list()) });
    });
  }

  async function rollBack(watch: TrialWatch, reason: string): Promise<void> {
    const { digest, former, formerAlias, cameraId } = watch.subject;
    const view = watch.view('rolled-back', reason);
    const wedged = watch.wedged();
    await inTurn(async () => {
      if (!watches.includes(watch)) return;
      watches = watches.filter((other) => other !== watch);
      const back = { cameraId, digest: formerAlias, by: 'station', cause: 'guardrail' } as const;
      await swap({ ...back, reason }, false);
      // A run that never ends goes with its process; the cameras go on from their last checkpoints.
      for (const workerId of wedged) fleet.endWorker(workerId);
      end(watch, view);
    });
    const models = await store.models.list();
    const [bad, good] = [find(models, digest), find(models, former)].map(title);
    log.error('model rolled back by itself', { digest, former, cameraId, reason });
    deps.events.emit('notice', {
      severity: 'error',
      code: 'MODEL_004',
      message: `${bad ?? ''} was taken back: ${reason}. ${good ?? ''} counts again.`,
      cameraId,
      at: clock.now(),
    });
  }

  const timer = setInterval(() => {
    if (isLooking || watches.length === 0) return;
    isLooking = true;
    look()
      .catch((error: unknown) => {
        const { code, message } = StationError.from(error, 'SYS_001');
        log.error('a new model could not be judged', { code, reason: message });
      })
      .finally(() => {
        isLooking = false;
      });
  }, lookEveryMs);
  timer.unref();

  return {
    follow: () => inTurn(async () => use(planOf(await store.models.list()))),
    // A person who goes back would find the model again that they have just left.
    swap: (change, { isWatched = change.cause === 'chosen' } = {}) =>
      inTurn(() => swap(change, isWatched)),
    computeAnew: () => inTurn(() => use(plan)),
    counting: (cameraId) =>
      (cameraId === null ? plan.site : modelOf(plan, cameraId))?.digest ?? null,
    trials: () => [...watches.map((watch) => watch.view('watching')), ...past],
    async close() {
      clearInterval(timer);
      await busy;
    },
  };
}

/** The plan with another model for the site or for one camera. */
function changed(plan: ModelPlan, cameraId: CameraId | null, model: WorkerModel | null): ModelPlan {
  if (cameraId === null) return { ...plan, site: model };
  const others = Object.entries(plan.cameras).filter(([id]) => id !== cameraId);
  const own = model === null ? [] : [[cameraId, model] as const];
  return { ...plan, cameras: Object.fromEntries([...others, ...own]) };
}

function trialsOf(
  watches: readonly TrialWatch[],
  models: readonly StoredModel[],
): Record<CameraId, Trial> {
  return Object.fromEntries(
    watches.flatMap(({ subject }) => {
      const former = toWorker(find(models, subject.former));
      const share = subject.isComparable ? comparedShare : 0;
      return former ? subject.cameraIds.map((id) => [id, { former, share }]) : [];
    }),
  );
}

function find(models: readonly StoredModel[], digest: string | null): StoredModel | null {
  return models.find((model) => model.digest === digest) ?? null;
}

function toWorker(model: StoredModel): WorkerModel;
function toWorker(model: StoredModel | null): WorkerModel | null;
function toWorker(model: StoredModel | null): WorkerModel | null {
  return model && { path: model.path, digest: model.digest, card: model.card };
}

function title(model: StoredModel | null): string {
  return model ? `${model.card.name} ${model.card.version}` : 'The model';
}
