/**
 * Runs the splits: cameras count with A or B, one time slot after the other, and clients that ask A get B in some of their hours.
 *
 * The model of a camera changes between two frames, as it does whenever a person changes it: tracks go on, nothing is counted
 * twice or lost, and each row of the ledger names the model. What came to count is watched as always: when B is taken back,
 * the split ends and every camera counts with A again, also after a crash in between.
 */
import type { Experiment } from '#contract/experiment.ts';
import type { ArmName } from '#contract/experiment-arm.ts';
import { StationError } from '#contract/error.ts';
import type { Clock } from './base/clock.ts';
import type { Logger } from './base/log.ts';
import { countedPart, countedStretch } from './counted-slot.ts';
import { ArmFailure } from './experiment-run.ts';
import { armOfCamera, armOfClient, slotAt, type TimeSlot } from './experiments/split-arms.ts';
import type { ModelRollout } from './model-rollout.ts';
import type { Store } from './store/store.ts';

export interface SplitKeeper {
  /** Brings every camera to the arm of its slot and keeps what was counted in finished ones; for tests and for the timer. */
  look(): Promise<void>;
  /** Digest of the model that answers a client that asks for one; the same one when no split is about it. */
  route(digest: string, client: string): string;
  /** How B did for a client; too many failures end the split. */
  answered(digest: string, isGood: boolean): void;
  close(): Promise<void>;
}

export interface SplitKeeperDeps {
  readonly store: Pick<Store, 'experiments' | 'models' | 'metrics'>;
  readonly rollout: Pick<ModelRollout, 'swap' | 'counting' | 'trials'>;
  readonly clock: Clock;
  readonly log: Logger;
}

const tickMs = 5_000;
/** Rows and figures of a slot are written some time after its end */
const settledMs = 120_000;
/** Of what clients ask of B, more than this share may not fail, once so many did */
const mostFailures = 0.1;
const leastFailures = 10;

export function keepSplits({ store, rollout, clock, log }: SplitKeeperDeps): SplitKeeper {
  let isClosed = false;
  let running: Promise<void> | null = null;
  let routed: readonly Experiment[] = [];
  const answers = new Map<string, { good: number; bad: number }>();
  /** When B began to count on a camera in this run of the station */
  const begun = new Map<string, number>();
  /** End of the last slot of a camera that was looked through */
  const seenTo = new Map<string, number>();

  async function lookOnce(): Promise<void> {
    const splits = (await store.experiments.list()).filter(({ mode }) => mode === 'split');
    const now = splits.filter(({ state }) => state === 'running');
    routed = now.filter(({ withClients }) => withClients);
    for (const experiment of splits) {
      if (isClosed) return;
      if (experiment.state !== 'running') await bringBack(experiment);
      else await advance(experiment).catch((error: unknown) => note(experiment, error));
    }
  }

  /** An arm that breaks down ends the split; anything else is told and tried again. */
  async function note(experiment: Experiment, error: unknown): Promise<void> {
    const { code, message } = StationError.from(error, 'SYS_001');
    log.warn('split did not go on', { experiment: experiment.id, code, reason: message });
    const isArm = error instanceof ArmFailure;
    const after = await change(experiment.id, (known) => {
      if (known.state !== 'running') return known;
      return isArm
        ? { ...known, state: 'paused', failure: message, hindrance: null }
        : { ...known, hindrance: message };
    });
    if (after && after.state !== 'running') await bringBack(after);
  }

  /** What a person has done in the meantime is not undone. */
  async function change(
    id: string,
    next: (known: Experiment) => Experiment,
  ): Promise<Experiment | null> {
    const known = (await store.experiments.list()).find((each) => each.id === id);
    if (!known) return null;
    const after = next(known);
    if (after !== known) await store.experiments.save(after);
    return after;
  }

  async function advance(experiment: Experiment): Promise<void> {
    const { good, bad } = answers.get(experiment.id) ?? { good: 0, bad: 0 };
    if (bad >= leastFailures && bad > (good + bad) * mostFailures) {
      answers.delete(experiment.id);
      const text = `It failed on ${String(bad)} of ${String(good + bad)} requests of clients.`;
      throw new ArmFailure('b', new StationError('INF_001', text));
    }
    const slot = slotAt(experiment, clock.now());
    for (const cameraId of experiment.cameraIds) {
      checkGuards(experiment, cameraId);
      await keepFinished(experiment, cameraId);
      await bringTo(experiment, cameraId, armOfCamera(experiment, cameraId, slot));
    }
    if (experiment.hindrance !== null) {
      await change(experiment.id, (known) => ({ ...known, hindrance: null }));
    }
  }

  /** @throws ArmFailure when the guard rails took B back since it began to count here */
  function checkGuards({ b }: Experiment, cameraId: string): void {
    const since = begun.get(cameraId);
    const back = rollout
      .trials()
      .find(
        (trial) =>
          trial.state === 'rolled-back' &&
          trial.digest === b.digest &&
          trial.cameraId === cameraId &&
          since !== undefined &&
          trial.from >= since,
      );
    if (!back) return;
    begun.delete(cameraId);
    throw new ArmFailure('b', new StationError('MODEL_004', `It was taken back: ${back.reason}.`));
  }

  async function bringTo(experiment: Experiment, cameraId: string, arm: ArmName): Promise<void> {
    const { id, name, a, b } = experiment;
    const counting = rollout.counting(cameraId);
    if (counting !== a.digest && counting !== b.digest) {
      const text = `On the camera "${cameraId}" neither A nor B counts now. Put A to use there, or end the experiment.`;
      throw new StationError('REQ_003', text);
    }
    if (counting === experiment[arm].digest) return;
    if (arm === 'a') {
      await backToA(experiment, cameraId);
      return;
    }
    // Known before it is done: whatever happens in between, the camera comes back.
    const after = await change(id, (known) =>
      known.state === 'running'
        ? { ...known, away: [...new Set([...known.away, cameraId])] }
        : known,
    );
    if (after?.state !== 'running') return;
    begun.set(cameraId, clock.now());
    const reason = `Experiment “${name}”: time slot of B`;
    const swap = { cameraId, digest: b.digest, by: 'station', cause: 'chosen', reason } as const;
    await rollout.swap(swap).catch((error: unknown) => {
      throw new ArmFailure('b', StationError.from(error, 'MODEL_002'));
    });
  }

  async function bringBack(experiment: Experiment): Promise<void> {
    for (const cameraId of experiment.away) {
      try {
        await backToA(experiment, cameraId);
      } catch (error) {
        const { code, message } = StationError.from(error, 'SYS_001');
        log.error('camera not brought back to A', { cameraId, code, reason: message });
      }
    }
  }

  /** A camera that follows the site follows it again. One with which a person did something else is left alone. */
  async function backToA(experiment: Experiment, cameraId: string): Promise<void> {
    const { id, name, a, b, state } = experiment;
    if (rollout.counting(cameraId) === b.digest) {
      const site = rollout.counting(null);
      const isFollowing = site === a.digest || (site === b.digest && state !== 'running');
      const digest = isFollowing ? null : a.digest;
      const reason = `Experiment “${name}”: back to A`;
      const swap = { cameraId, digest, by: 'station', cause: 'chosen', reason } as const;
      await rollout.swap(swap, { isWatched: false });
    }
    begun.delete(cameraId);
    await change(id, (known) => ({
      ...known,
      away: known.away.filter((each) => each !== cameraId),
    }));
  }

  /** Slots that ended a while ago and are not kept yet, oldest first. */
  async function keepFinished(experiment: Experiment, cameraId: string): Promise<void> {
    const key = JSON.stringify([experiment.id, cameraId]);
    const since = experiment.resumedAt ?? experiment.startedAt ?? clock.now();
    const kept = await store.experiments.stretches(experiment.id);
    const last = kept.findLast(({ place }) => place === cameraId)?.to ?? 0;
    const from = Math.max(since, last, seenTo.get(key) ?? 0);
    const history = await store.models.history();
    for (
      let slot = slotAt(experiment, from);
      slot.to + settledMs <= clock.now();
      slot = slotAt(experiment, slot.to)
    ) {
      await keepSlot(experiment, { cameraId, slot, since, history });
      seenTo.set(key, slot.to);
    }
  }

  async function keepSlot(
    experiment: Experiment,
    {
      cameraId,
      slot,
      since,
      history,
    }: {
      readonly cameraId: string;
      readonly slot: TimeSlot;
      readonly since: number;
      readonly history: Awaited<ReturnType<Store['models']['history']>>;
    },
  ): Promise<void> {
    const arm = armOfCamera(experiment, cameraId, slot);
    const { digest } = experiment[arm];
    const part = countedPart(slot, history, { cameraId, digest, since });
    if (!part) return;
    const stretch = countedStretch(
      experiment,
      { cameraId, arm, part },
      {
        crossings: await store.experiments.crossings({ cameraId, ...part }),
        metrics: await store.metrics.list({ kind: 'camera', subject: cameraId, ...part }),
      },
    );
    if (stretch) await store.experiments.addStretch({ experimentId: experiment.id, stretch });
  }

  function look(): Promise<void> {
    running ??= lookOnce().finally(() => {
      running = null;
    });
    return running;
  }

  const timer = setInterval(() => {
    look().catch((error: unknown) => log.error('splits not looked at', { error }));
  }, tickMs);
  timer.unref();

  return {
    look,
    route(digest, client) {
      const split = routed.find(({ a }) => a.digest === digest);
      return split ? split[armOfClient(split, client, clock.now())].digest : digest;
    },
    answered(digest, isGood) {
      for (const { id, b } of routed) {
        if (b.digest !== digest) continue;
        const { good, bad } = answers.get(id) ?? { good: 0, bad: 0 };
        answers.set(id, isGood ? { good: good + 1, bad } : { good, bad: bad + 1 });
      }
    },
    async close() {
      isClosed = true;
      clearInterval(timer);
      await running?.catch(() => undefined);
    },
  };
}
