/**
 * Counts one run of a job from where it is: plans its items once, and goes through those that are not done.
 */
import { createHash } from 'node:crypto';
import path from 'node:path';
import type { Line } from '#contract/counting.ts';
import { type ErrorBody, StationError } from '#contract/error.ts';
import { asOnCard } from '#contract/experiment-arm.ts';
import type { Job, JobLine, JobRun } from '#contract/job.ts';
import type { Clock } from './base/clock.ts';
import type { Logger } from './base/log.ts';
import { withSettings } from './arm-model.ts';
import { planItems } from './job-items.ts';
import { jobCameraId, type JobPlayer, type JobPlayerDeps, type PlayedItem } from './job-player.ts';
import { digestRun } from './job-result.ts';
import type { Pictures } from './recorded-pictures.ts';
import { findModel } from './services/find-model.ts';
import type { StoredJobItem } from './store/job-records.ts';
import type { StoredModel } from './store/records.ts';
import type { Store } from './store/store.ts';
import type { WorkerModel } from './worker-protocol.ts';

export interface JobRunDeps {
  readonly store: Pick<Store, 'jobs' | 'models'>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly pictures: Pick<Pictures, 'spans' | 'clip' | 'fileOf'>;
  /** Lines of a camera as they are now */
  readonly linesOf: (cameraId: string) => readonly Line[];
  /** Length of a video, ms; null when it does not say */
  readonly lengthOf: (file: string, signal: AbortSignal) => Promise<number | null>;
  readonly openPlayer: (
    counted: { readonly model: WorkerModel; readonly run: JobRun; readonly lines: readonly Line[] },
    deps: Pick<JobPlayerDeps, 'record' | 'onSkipped'>,
  ) => Promise<JobPlayer>;
}

/** A stretch may begin or end between two files of a recording, which do not quite touch. */
const slackMs = 1_500;

/** `stopped`: it goes on later. `failed` counts the items that could not be counted. */
export type RunOutcome =
  | { readonly state: 'stopped' }
  | {
      readonly state: 'done' | 'failed';
      readonly failed: number;
      readonly error: ErrorBody | null;
      readonly resultDigest: string | null;
    };

/** Rejects only when the store does. */
export async function executeRun(
  { job, run: asked }: { readonly job: Job; readonly run: JobRun },
  signal: AbortSignal,
  deps: JobRunDeps,
): Promise<RunOutcome> {
  const { store } = deps;
  try {
    const run = asked.startedAt === null ? await begin(job, asked, deps) : asked;
    const model = await modelOf(run, deps);
    const player = createRestarted(run, model, deps);
    try {
      for (const item of await store.jobs.items(run.id)) {
        if (item.state === 'done' || item.state === 'failed') continue;
        await countItem(run, item, { ...deps, player, signal });
      }
    } finally {
      await player.close();
    }
    const items = await store.jobs.items(run.id);
    return {
      state: 'done',
      failed: items.filter(({ state }) => state === 'failed').length,
      error: null,
      resultDigest: await digestRun(store.jobs, run.id),
    };
  } catch (error) {
    const isStopped = error instanceof StationError && error.code === 'REQ_004';
    if (signal.aborted || isStopped) return { state: 'stopped' };
    const body = StationError.from(error, 'SYS_001').toBody();
    return { state: 'failed', failed: 0, error: body, resultDigest: null };
  }
}

/** What the run depends on is fixed now: model, lines, items. */
async function begin(job: Job, run: JobRun, deps: JobRunDeps): Promise<JobRun> {
  const { store, clock, pictures } = deps;
  const { card, digest } = await chosenModel(job, deps);
  const lines = job.linesOf === null ? job.lines : deps.linesOf(job.linesOf).map(withoutCamera);
  if (lines.length === 0) {
    throw new StationError(
      'REQ_002',
      job.linesOf === null
        ? 'This job has no line to count on.'
        : `No line is drawn on the camera "${job.linesOf}": draw one, or choose another camera.`,
    );
  }
  const counted = await store.jobs.countedFiles(job.id);
  const items = await planItems(job.sources, { pictures, counted, now: run.createdAt });
  const { settings } = job;
  const begun: JobRun = {
    ...{ ...run, state: 'running', startedAt: clock.now(), settings, lines: [...lines] },
    model: { digest, title: `${card.name} ${card.version}` },
    configDigest: createHash('sha256')
      .update(JSON.stringify({ digest, card, settings, lines }))
      .digest('hex'),
  };
  if (await store.jobs.beginRun({ run: begun, items })) return begun;
  throw new StationError('REQ_004', 'The run was stopped before it began.');
}

function withoutCamera({ cameraId: _, revision: __, ...line }: Line): JobLine {
  return line;
}

async function chosenModel({ model }: Job, { store }: JobRunDeps): Promise<StoredModel> {
  if (model !== null) return findModel(model, await store.models.list());
  const champion = await store.models.champion();
  if (champion) return champion;
  throw new StationError('MODEL_001', 'No model counts on this site: choose one for the job.');
}

async function modelOf({ model, settings }: JobRun, { store }: JobRunDeps): Promise<WorkerModel> {
  const known = model && (await store.models.get(model.digest));
  if (known) {
    const { path: file, digest, card } = known;
    return withSettings({
      settings: { ...asOnCard, ...settings },
      model: { path: file, digest, card },
    });
  }
  throw new StationError(
    'MODEL_001',
    `${model?.title ?? 'The model'} is not in the registry any more: import it again, or begin another run.`,
  );
}

type Restarted = Pick<JobPlayer, 'play' | 'close'>;

/** A player that is opened when it is needed, and anew after an item has failed: its worker may have come to harm. */
function createRestarted(run: JobRun, model: WorkerModel, deps: JobRunDeps): Restarted {
  const { store, log } = deps;
  const lines = run.lines.map((line) => ({ ...line, cameraId: jobCameraId, revision: 1 }));
  let player: JobPlayer | null = null;

  async function onSkipped(position: number, name: string, message: string): Promise<void> {
    const item = (await store.jobs.items(run.id)).find((each) => each.position === position);
    if (!item || item.skipped.some((known) => known.name === name)) return;
    const skipped = [...item.skipped, { name, message }];
    await store.jobs.saveItem({ runId: run.id, item: { ...item, skipped } });
  }
  let noting: Promise<void> = Promise.resolve();

  return {
    async play(item, signal) {
      player ??= await deps.openPlayer(
        { model, run, lines },
        {
          record: (record) => store.jobs.record({ runId: run.id, ...record }),
          onSkipped(position, name, { message }) {
            noting = noting
              .then(() => onSkipped(position, name, message))
              .catch((error: unknown) => log.error('picture not noted', { error: String(error) }));
          },
        },
      );
      try {
        await player.play(item, signal);
      } catch (error) {
        const used = player;
        player = null;
        await used.close();
        throw error;
      } finally {
        await noting;
      }
    },
    async close() {
      await player?.close();
    },
  };
}

interface ItemDeps extends JobRunDeps {
  readonly player: Restarted;
  readonly signal: AbortSignal;
}

async function countItem(run: JobRun, item: StoredJobItem, deps: ItemDeps): Promise<void> {
  const { store, log, player, signal } = deps;
  const note = async (change: Partial<StoredJobItem>) => {
    const known = (await store.jobs.items(run.id)).find((each) => each.position === item.position);
    await store.jobs.saveItem({ runId: run.id, item: { ...item, ...known, ...change } });
  };
  try {
    const { played, lengthMs } = await prepare(run, item, deps);
    await note({ state: 'running', lengthMs });
    await player.play(played, signal);
    await note({ state: 'done' });
  } catch (cause) {
    if (signal.aborted) throw cause;
    const error = StationError.from(cause, 'SYS_001');
    // Without a model or a database no other item can be counted either.
    if (/^(?:MODEL|SYS_002|RES_004)/.test(error.code)) throw error;
    log.warn('item of a job failed', { run: run.id, item: item.place, code: error.code });
    await note({ state: 'failed', error: error.toBody() });
  }
}

/** The file of an item, and where in it to go on. */
async function prepare(
  run: JobRun,
  { position, input, lengthMs }: StoredJobItem,
  { store, pictures, lengthOf, signal }: ItemDeps,
): Promise<{ played: PlayedItem; lengthMs: number | null }> {
  const checkpoint = await store.jobs.checkpoint({ runId: run.id, position });
  switch (input.kind) {
    case 'clip': {
      const { path: source, startsAt } = input;
      const known = lengthMs ?? (await lengthOf(source, signal));
      return { played: { position, source, play: { startsAt }, checkpoint }, lengthMs: known };
    }
    case 'pictures': {
      const { path: source, startsAt, files, intervalMs } = input;
      const play = { startsAt, pictures: { files, intervalMs } };
      return { played: { position, source: path.resolve(source), play, checkpoint }, lengthMs };
    }
    case 'recording': {
      const { cameraId, from, to, isContinued } = input;
      const clip = await pictures.clip({ cameraId, from, to }, signal);
      if (clip.from - from > slackMs || to - clip.to > slackMs) {
        throw new StationError(
          'REQ_002',
          'A part of this recording was removed before it was counted: keep recordings longer.',
        );
      }
      const before = isContinued
        ? await store.jobs.checkpoint({ runId: run.id, position: position - 1 })
        : null;
      const source = pictures.fileOf(clip.id);
      return {
        played: {
          ...{ position, source, play: { startsAt: clip.from } },
          // Frame −1: nothing of this item was counted yet.
          checkpoint: checkpoint ?? (before && { ...before, frameSeq: -1 }),
        },
        lengthMs,
      };
    }
  }
}
