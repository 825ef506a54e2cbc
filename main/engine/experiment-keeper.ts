/**
 * Runs the experiments on cameras, stretch by stretch, and keeps what they found apart from the ledger: a shadow looks at the
 * pictures that are counted now, the others at a piece of the recording, with both arms in processes of their own.
 *
 * Both arms see the same pictures. An arm that crashes, hangs or is slow ends with its own process. One stretch at a time for the
 * whole station, with what the cameras leave of the processor.
 */
import type { Line } from '#contract/counting.ts';
import { StationError } from '#contract/error.ts';
import type { Experiment } from '#contract/experiment.ts';
import type { ArmName } from '#contract/experiment-arm.ts';
import type { ExperimentStretch } from '#contract/experiment-event.ts';
import type { RecordedSpan } from '#contract/recording.ts';
import type { Clock } from './base/clock.ts';
import type { Logger } from './base/log.ts';
import type { ArmModel } from './arm-model.ts';
import type { ExperimentRun, ExperimentVideo } from './experiment-run.ts';
import { ArmFailure } from './experiment-run.ts';
import type { ExperimentSights } from './experiment-sights.ts';
import type { Pictures } from './recorded-pictures.ts';
import { replayCameraId } from './replay.ts';
import type { Store } from './store/store.ts';

export interface ExperimentKeeperDeps {
  readonly store: Pick<Store, 'experiments' | 'models'>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly pictures: Pick<Pictures, 'spans' | 'clip' | 'fileOf'>;
  readonly linesOf: (cameraId: string) => readonly Line[];
  readonly run: (
    arms: Readonly<Record<ArmName, ArmModel>>,
    video: ExperimentVideo,
    signal: AbortSignal,
  ) => Promise<ExperimentRun>;
  /** Lets B look on for one stretch while A counts on the camera. */
  readonly shadow: (
    arms: Readonly<Record<ArmName, ArmModel>>,
    place: { readonly experimentId: string; readonly cameraId: string },
    signal: AbortSignal,
  ) => Promise<ExperimentStretch>;
  /** Gets what both have seen on a frame of a piece of recording. */
  readonly sights: Pick<ExperimentSights, 'recorded'>;
}

export interface ExperimentKeeper {
  /** Looks for a stretch that is due, runs it, and resolves when it is kept; for tests and for the timer. */
  look(): Promise<void>;
  close(): Promise<void>;
}

const tickMs = 5_000;
export const stretchMs = 60_000;
/** The recording closes a file only after some seconds */
const settledMs = 15_000;
/** A stretch is not looked at when it is older: what a slow PC cannot do in time is left out */
const oldestMs = 600_000;
/** A shorter piece of recording is not worth the start of two processes */
const leastMs = 20_000;

export function keepExperiments(deps: ExperimentKeeperDeps): ExperimentKeeper {
  const { store, clock, log } = deps;
  const closing = new AbortController();
  let running: Promise<void> | null = null;
  /** The number of the turn in which each camera of an experiment was last looked at, in vain or not */
  const turns = new Map<string, number>();
  let turn = 0;

  async function lookOnce(): Promise<void> {
    const experiments = await store.experiments.list();
    for (const experiment of experiments) {
      if (experiment.state !== 'running' || experiment.kind !== 'live') continue;
      if (experiment.mode === 'split') continue;
      try {
        await advance(experiment);
      } catch (error) {
        if (closing.signal.aborted) return;
        await note(experiment, error);
      }
    }
  }

  /** An arm that breaks down ends the experiment; anything else is told and tried again. */
  async function note(experiment: Experiment, error: unknown): Promise<void> {
    const { code, message } = StationError.from(error, 'SYS_001');
    const isArm = error instanceof ArmFailure;
    log.warn('experiment did not go on', { experiment: experiment.id, code, reason: message });
    await change(experiment.id, (known) =>
      isArm
        ? { ...known, state: 'paused', failure: message, hindrance: null }
        : { ...known, hindrance: message },
    );
  }

  /** What a person has done in the meantime is not undone. */
  async function change(id: string, next: (known: Experiment) => Experiment): Promise<void> {
    const known = await find(id);
    if (known?.state === 'running') await store.experiments.save(next(known));
  }

  async function find(id: string): Promise<Experiment | undefined> {
    return (await store.experiments.list()).find((each) => each.id === id);
  }

  async function isRunning(id: string): Promise<boolean> {
    return (await find(id))?.state === 'running';
  }

  async function advance(experiment: Experiment): Promise<void> {
    const seen = await store.experiments.stretches(experiment.id);
    const lastOf = (cameraId: string) => seen.findLast(({ place }) => place === cameraId);
    const keyOf = (cameraId: string) => JSON.stringify([experiment.id, cameraId]);
    const turnOf = (cameraId: string) => turns.get(keyOf(cameraId)) ?? 0;
    // A PC that is too slow for all of them takes them in turn, and one that gives nothing does not hold up the others.
    const inTurn = experiment.cameraIds.toSorted(
      (a, b) => turnOf(a) - turnOf(b) || (lastOf(a)?.to ?? 0) - (lastOf(b)?.to ?? 0),
    );
    for (const cameraId of inTurn) {
      const last = lastOf(cameraId);
      const due = last ? last.from + stretchMs / experiment.share : (experiment.startedAt ?? 0);
      if (experiment.mode === 'shadow') {
        if (clock.now() < due) continue;
        turns.set(keyOf(cameraId), ++turn);
        const place = { experimentId: experiment.id, cameraId };
        await runOne(experiment, (arms) => deps.shadow(arms, place, closing.signal));
        return;
      }
      const from = Math.max(due, last?.to ?? 0, clock.now() - oldestMs);
      const to = clock.now() - settledMs;
      if (to - from < stretchMs) continue;
      turns.set(keyOf(cameraId), ++turn);
      const spans = await deps.pictures.spans({ cameraId, from, to });
      const stretch = firstStretch(spans, from);
      if (!stretch) {
        const message = `Nothing is recorded of the camera "${cameraId}": switch its recording on.`;
        throw new StationError('REQ_002', message);
      }
      await runOne(experiment, (arms) =>
        runRecorded(arms, { experimentId: experiment.id, cameraId }, stretch),
      );
      return;
    }
  }

  async function runOne(
    experiment: Experiment,
    once: (arms: Readonly<Record<ArmName, ArmModel>>) => Promise<ExperimentStretch>,
  ): Promise<void> {
    const arms = { a: await armOf(experiment.a, 'a'), b: await armOf(experiment.b, 'b') };
    const stretch = await once(arms).catch((error: unknown) => {
      if (!(error instanceof ArmFailure)) throw error;
      // Once may be an accident of a busy PC; twice in a row is the arm.
      log.warn('arm tried again', { experiment: experiment.id, reason: error.message });
      return once(arms);
    });
    if (!(await isRunning(experiment.id))) return;
    await store.experiments.addStretch({ experimentId: experiment.id, stretch });
    await change(experiment.id, (known) => ({ ...known, hindrance: null }));
  }

  async function runRecorded(
    arms: Readonly<Record<ArmName, ArmModel>>,
    { experimentId, cameraId }: { readonly experimentId: string; readonly cameraId: string },
    stretch: { readonly from: number; readonly to: number },
  ): Promise<ExperimentStretch> {
    const { signal } = closing;
    const clip = await deps.pictures.clip({ cameraId, ...stretch }, signal);
    const lines = deps.linesOf(cameraId).map((line) => ({ ...line, cameraId: replayCameraId }));
    const video = { place: cameraId, video: deps.pictures.fileOf(clip.id), startsAt: clip.from };
    const found = await deps.run(arms, { ...video, linesFor: () => lines }, signal);
    if (found.sight) deps.sights.recorded(experimentId, cameraId, found.sight);
    return found.stretch;
  }

  async function armOf(arm: Experiment['a'], name: ArmName): Promise<ArmModel> {
    const model = await store.models.get(arm.digest);
    if (model) {
      const { path, digest, card } = model;
      return { settings: arm, model: { path, digest, card } };
    }
    const text = `${arm.title} is not in the registry any more.`;
    throw new ArmFailure(name, new StationError('MODEL_001', text));
  }

  function look(): Promise<void> {
    running ??= lookOnce().finally(() => {
      running = null;
    });
    return running;
  }

  const timer = setInterval(() => {
    look().catch((error: unknown) => log.error('experiments not looked at', { error }));
  }, tickMs);
  timer.unref();

  return {
    look,
    async close() {
      clearInterval(timer);
      closing.abort();
      await running?.catch(() => undefined);
    },
  };
}

/** The first minute from `from` on of which enough is recorded. Pure. */
export function firstStretch(
  spans: readonly Pick<RecordedSpan, 'from' | 'to'>[],
  from: number,
): { readonly from: number; readonly to: number } | null {
  for (const span of [...spans].sort((a, b) => a.from - b.from)) {
    const begin = Math.max(from, span.from);
    const end = Math.min(begin + stretchMs, span.to);
    if (end - begin >= leastMs) return { from: begin, to: end };
  }
  return null;
}
