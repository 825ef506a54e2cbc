/**
 * The procedures that change which model counts: rehearse, activate, roll back, follow the site, and what became of it.
 */
import type { Camera, CameraId } from '#contract/camera.ts';
import { StationError } from '#contract/error.ts';
import type { Model } from '#contract/model.ts';
import type { ParsedInputOf } from '#contract/procedures.ts';
import type { Rehearsal, RehearsalReport } from '#contract/rehearsal.ts';
import type { Clock } from '#engine/base/clock.ts';
import type { Fleet } from '#engine/fleet.ts';
import type { ModelRollout } from '#engine/model-rollout.ts';
import { judgeRehearsal } from '#engine/models/judge-rehearsal.ts';
import type { Rehearsed, RehearsalVideo } from '#engine/rehearsal.ts';
import type { GatheredVideos } from '#engine/rehearsal-videos.ts';
import type { CallContext, Handlers } from '#engine/router.ts';
import type { Site } from '#engine/site.ts';
import type { StoredModel } from '#engine/store/records.ts';
import type { Store } from '#engine/store/store.ts';
import { knownModel, withoutPath } from './model-service.ts';

export interface ActivationDeps {
  readonly store: Store;
  readonly site: Site;
  readonly fleet: Pick<Fleet, 'workers'>;
  readonly rollout: ModelRollout;
  readonly clock: Clock;
  readonly gather: (cameras: readonly Camera[], signal: AbortSignal) => Promise<GatheredVideos>;
  readonly rehearse: (
    pair: { readonly champion: StoredModel; readonly challenger: StoredModel },
    videos: readonly RehearsalVideo[],
    context: Pick<CallContext, 'signal' | 'onProgress'>,
  ) => Promise<Rehearsed>;
}

type ActivationHandlers = Pick<
  Handlers,
  | 'model.activate'
  | 'model.rollBack'
  | 'model.follow'
  | 'model.rehearse'
  | 'model.rehearsals'
  | 'model.trials'
>;

export function createActivationService(deps: ActivationDeps): ActivationHandlers {
  const { store, site, rollout, clock } = deps;
  let rehearsing: string | null = null;

  /** The cameras that a model for the site or for one camera will serve. */
  async function served(cameraId: CameraId | null): Promise<Camera[]> {
    if (cameraId !== null) return [site.camera(cameraId)];
    const own = (await store.models.list()).flatMap(({ aliases }) =>
      aliases.flatMap((alias) => (alias.alias === 'champion' ? [alias.cameraId] : [])),
    );
    return site.cameras().filter(({ id }) => !own.includes(id));
  }

  async function rehearse(
    challenger: StoredModel,
    cameraId: CameraId | null,
    context: CallContext,
  ): Promise<Rehearsal> {
    if (rehearsing !== null) {
      throw new StationError(
        'MODEL_004',
        `${rehearsing} is being rehearsed: wait until that has ended.`,
      );
    }
    rehearsing = `${challenger.card.name} ${challenger.card.version}`;
    try {
      return await store.models.addRehearsal(await report(challenger, cameraId, context));
    } finally {
      rehearsing = null;
    }
  }

  async function report(
    challenger: StoredModel,
    cameraId: CameraId | null,
    { caller, signal, onProgress }: CallContext,
  ): Promise<RehearsalReport> {
    const startedMs = clock.monotonicMs();
    const counting = rollout.counting(cameraId);
    const champion = counting === null ? null : await store.models.get(counting);
    const cameras = await served(cameraId);
    onProgress(0, 'Taking pictures of the cameras');
    const gathered = champion ? await deps.gather(cameras, signal) : null;
    try {
      const { clips, failures, slowness } =
        champion && gathered
          ? await deps.rehearse({ champion, challenger }, gathered.videos, {
              signal,
              onProgress: (share) =>
                onProgress(0.2 + 0.8 * share, 'Both models count the same videos'),
            })
          : { clips: [], failures: [], slowness: null };
      const load = slowness === null ? null : slowness * busyShare();
      const verdict = judgeRehearsal({
        clips,
        load,
        isComparable: champion !== null && !champion.isEmbedded,
        frameMs: 1000 / Math.max(1, ...cameras.map(({ fps }) => fps)),
      });
      return {
        ...{
          digest: challenger.digest,
          champion: counting,
          cameraId,
          by: caller.user,
          clips,
          load,
        },
        isPassed: verdict.isPassed && failures.length === 0,
        reasons: [...failures, ...verdict.reasons],
        remarks: verdict.remarks,
        seconds: Math.round((clock.monotonicMs() - startedMs) / 1000),
      };
    } finally {
      await gathered?.remove();
    }
  }

  /** Of the inference threads of all workers, as last reported */
  function busyShare(): number {
    const shares = deps.fleet.workers().flatMap(({ handle }) => handle.report()?.busyShare ?? []);
    return shares.reduce((sum, share) => sum + share, 0) / Math.max(1, shares.length);
  }

  async function activate(
    { digest, cameraId, reason, skipRehearsal }: ParsedInputOf<'model.activate'>,
    context: CallContext,
  ): Promise<Model> {
    const model = await knownModel(store, digest);
    if (cameraId !== null) site.camera(cameraId);
    const by = context.caller.user;
    const counting = rollout.counting(cameraId);
    const champion = counting === null ? null : await store.models.get(counting);
    const isNew = champion !== null && counting !== digest;
    // The built-in detector knows rendered scenes only: what it finds on real cameras is no measure for another model.
    const isRehearsed = isNew && !champion.isEmbedded && skipRehearsal === undefined;
    const rehearsal = isRehearsed ? await rehearse(model, cameraId, context) : null;
    if (rehearsal && !rehearsal.report.isPassed) {
      throw new StationError(
        'MODEL_004',
        `The model did not pass its rehearsal and does not count: ${rehearsal.report.reasons.join(' ')}`,
      );
    }
    await rollout.swap({
      ...{ cameraId, digest, by, cause: 'chosen', reason, requestId: context.requestId },
      rehearsalId: rehearsal?.id,
      skipReason: isNew ? skipRehearsal : undefined,
    });
    return withoutPath(await knownModel(store, digest));
  }

  return {
    'model.activate': (input, context) => activate(input, context),
    'model.rollBack': async ({ cameraId, reason }, { caller, requestId }) => {
      const previous = (await store.models.list()).find(({ aliases }) =>
        aliases.some((alias) => alias.alias === 'previous' && alias.cameraId === cameraId),
      );
      if (!previous) {
        throw new StationError(
          'MODEL_004',
          'No other model has counted before this one, so there is none to return to.',
        );
      }
      const { digest } = previous;
      const by = caller.user;
      await rollout.swap({ cameraId, digest, by, cause: 'rolled-back', reason, requestId });
      return withoutPath(await knownModel(store, digest));
    },
    'model.follow': async ({ cameraId, reason }, { caller, requestId }) => {
      site.camera(cameraId);
      const by = caller.user;
      await rollout.swap({ cameraId, digest: null, by, cause: 'chosen', reason, requestId });
      return (await store.models.list()).map((model) => withoutPath(model));
    },
    'model.rehearse': async ({ digest, cameraId }, context) =>
      rehearse(await knownModel(store, digest), cameraId, context),
    'model.rehearsals': (query) => store.models.rehearsals(query),
    'model.trials': () => rollout.trials(),
  };
}
