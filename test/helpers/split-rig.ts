/**
 * A station in which two models are in the registry and a split between them runs: the store is real; of the rollout only the
 * workers are missing, and what it does is in the history of the registry.
 */
import { onTestFinished } from 'vitest';
import type { Experiment } from '#contract/experiment.ts';
import type { ModelTrial } from '#contract/rehearsal.ts';
import { silentLogger } from '#engine/base/log.ts';
import { keepSplits } from '#engine/experiment-split.ts';
import { armOfCamera, slotAt } from '#engine/experiments/split-arms.ts';
import type { ModelRollout, Swap } from '#engine/model-rollout.ts';
import { yoloxNanoCard } from './cards.ts';
import { anExperiment } from './experiment.ts';
import { aCamera, aLine, start, tempStore, testClock } from './store.ts';

/** Digests of both models */
export const splitArms = { a: 'a'.repeat(64), b: 'b'.repeat(64) };
const { a, b } = splitArms;

/** A counts for the site, and one split runs on the camera "gate". */
export async function splitRig(changes: Partial<Experiment> = {}) {
  const clock = testClock(start);
  const store = await tempStore({ clock });
  await store.cameras.add(aCamera());
  await store.lines.save(aLine());
  for (const digest of [a, b]) {
    await store.models.add({
      ...{ digest, bytes: 1, path: `/${digest}`, isEmbedded: false, importedAt: start },
      card: { ...yoloxNanoCard, name: digest.slice(0, 3) },
    });
  }
  const counting = new Map<string | null, string>();
  const swaps: (readonly [digest: string | null, isWatched: boolean])[] = [];
  const trials: ModelTrial[] = [];
  let refusal: Error | null = null;
  const rollout: Pick<ModelRollout, 'swap' | 'counting' | 'trials'> = {
    async swap(change: Swap, { isWatched = true } = {}) {
      if (refusal && change.digest === b) throw refusal;
      await store.models.assign({ alias: 'champion', ...change });
      if (change.digest === null) counting.delete(change.cameraId);
      else counting.set(change.cameraId, change.digest);
      swaps.push([change.digest, isWatched]);
    },
    counting: (cameraId) => counting.get(cameraId) ?? counting.get(null) ?? null,
    trials: () => trials,
  };
  await rollout.swap({ cameraId: null, digest: a, by: 'mai', cause: 'chosen', reason: '' });
  swaps.length = 0;
  await store.experiments.save(
    anExperiment({
      ...{ mode: 'split', share: 0.5, createdAt: start, startedAt: start, resumedAt: start },
      ...changes,
    }),
  );
  const known = async () => (await store.experiments.list())[0]!;
  const open = () => {
    const keeper = keepSplits({ store, rollout, clock, log: silentLogger });
    onTestFinished(() => keeper.close());
    return keeper;
  };
  const change = async (next: Partial<Experiment>) =>
    store.experiments.save({ ...(await known()), ...next });
  return {
    ...{ clock, store, swaps, trials, rollout, known, open, change },
    refuse: (error: Error | null) => {
      refusal = error;
    },
  };
}

/** The first slot from now on that an arm has. */
export function slotOf(arm: 'a' | 'b', experiment: Experiment, from = start) {
  let slot = slotAt(experiment, from);
  while (armOfCamera(experiment, 'gate', slot) !== arm) slot = slotAt(experiment, slot.to);
  return slot;
}
