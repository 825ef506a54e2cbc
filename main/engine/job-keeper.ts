/**
 * The batch jobs of the station: when each runs, which run is counted now, and what a person may do with it.
 *
 *   waiting ──▶ running ──▶ done        one run at a time, oldest first
 *                 │ ▲ ╲
 *            pause│ │go on ╲──▶ cancelled, failed
 *                 ▼ │
 *               paused
 *
 * A run that was being counted when the station ended goes on by itself, at the frame after the last that was written.
 */
import type { Job, JobRun, JobRunState, JobRunView, JobView } from '#contract/job.ts';
import { StationError } from '#contract/error.ts';
import type { Clock } from './base/clock.ts';
import type { Logger } from './base/log.ts';
import type { RunOutcome } from './job-run.ts';
import { missedCron, nextCron } from './reporting/job-cron.ts';
import type { JobStore } from './store/job-records.ts';

export interface JobKeeperDeps {
  readonly store: JobStore;
  readonly clock: Clock;
  readonly log: Logger;
  /** Counts a run from where it is; resolves when it is over or was stopped. */
  readonly execute: (job: Job, run: JobRun, signal: AbortSignal) => Promise<RunOutcome>;
  /** Something a person should read: a run ended with what it could not count */
  readonly notify: (message: string, code: string) => void;
  /** Calls `act` once after `ms`; what it returns calls it off. */
  readonly later: (ms: number, act: () => void) => () => void;
}

export interface JobKeeper {
  /** Newest first. */
  list(): Promise<JobView[]>;
  /** Rejects with REQ_002 when there is none. */
  get(id: string): Promise<JobView>;
  run(runId: number): Promise<JobRunView>;
  /** Adds a job or changes one. Rejects with REQ_001 for a schedule that cannot be read. */
  save(job: Job): Promise<JobView>;
  /** Removes a job with all its runs; one that is counted is stopped. Rejects with REQ_002. */
  remove(id: string): Promise<void>;
  /** Begins a run of a job. Rejects with REQ_002, REQ_003 when one is not over yet. */
  start(id: string, by: string): Promise<JobRunView>;
  /** Rejects with REQ_002, REQ_003 when the run is over. Resolves when nothing of it is counted any more, or when it goes on. */
  setState(runId: number, state: 'running' | 'paused' | 'cancelled'): Promise<JobRunView>;
  /** Begins what is due and counts what waits; resolves when nothing waits any more. For the timer and for tests. */
  check(): Promise<void>;
  close(): Promise<void>;
}

interface Counting {
  readonly runId: number;
  readonly stop: AbortController;
  readonly over: PromiseWithResolvers<undefined>;
}

interface Taken {
  readonly job: Job;
  readonly run: JobRun;
  readonly signal: AbortSignal;
}

const checkMs = 5_000;
const open: readonly JobRunState[] = ['waiting', 'running', 'paused'];

export function keepJobs(deps: JobKeeperDeps): JobKeeper {
  const { store, clock, log } = deps;
  const closing = new AbortController();
  let counting: Counting | null = null;
  let working: Promise<void> | null = null;
  let changing: Promise<unknown> = Promise.resolve();
  let callOff = deps.later(checkMs, tick);

  /** One change of a state at a time, so that none is lost. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = changing.then(work, work);
    changing = turn.catch(() => undefined);
    return turn;
  }

  function tick(): void {
    if (closing.signal.aborted) return;
    callOff = deps.later(checkMs, tick);
    wake();
  }

  function wake(): void {
    check().catch((error: unknown) => log.error('jobs not looked at', { error: String(error) }));
  }

  async function findJob(id: string): Promise<Job> {
    const found = (await store.list()).find((job) => job.id === id);
    if (found) return found;
    throw new StationError('REQ_002', `There is no job "${id}".`, { path: 'id' });
  }

  async function findRun(runId: number): Promise<JobRunView> {
    const found = (await store.runs()).find(({ id }) => id === runId);
    if (!found) throw new StationError('REQ_002', 'There is no such run.', { path: 'runId' });
    return { ...found, name: (await findJob(found.jobId)).name };
  }

  async function view(job: Job): Promise<JobView> {
    const runs = (await store.runs(job.id)).map((run) => ({ ...run, name: job.name }));
    const { schedule } = job;
    return { ...job, runs, nextAt: schedule?.isEnabled ? nextCron(schedule, clock.now()) : null };
  }

  function add(job: Job, by: string, dueAt: number | null): Promise<JobRun> {
    return store.addRun({
      ...{ jobId: job.id, state: 'waiting', createdAt: clock.now(), startedAt: null, by, dueAt },
      ...{ endedAt: null, model: null, settings: job.settings, lines: job.lines },
      ...{ configDigest: null, resultDigest: null, error: null },
    });
  }

  /** Of many due times that were missed only the last one is made up for, and none while a run is not over. */
  async function beginDue(): Promise<void> {
    for (const job of await store.list()) {
      if (!job.schedule?.isEnabled) continue;
      const runs = await store.runs(job.id);
      if (runs.some(({ state }) => open.includes(state))) continue;
      const doneUntil = Math.max(job.scheduledFrom, ...runs.map(({ dueAt }) => dueAt ?? 0));
      const due = missedCron(job.schedule, { doneUntil, now: clock.now() });
      if (due !== null) await add(job, 'schedule', due);
    }
  }

  async function work(): Promise<void> {
    for (;;) {
      const next = await inTurn(takeNext);
      if (next === null) return;
      await count(next);
    }
  }

  /** From here on the run is known to be counted, so that whoever changes its state waits until it is not. */
  async function takeNext(): Promise<Taken | null> {
    await beginDue();
    const run = (await store.runs()).findLast(
      ({ state }) => state === 'running' || state === 'waiting',
    );
    if (!run || closing.signal.aborted) return null;
    const job = await findJob(run.jobId);
    const stop = new AbortController();
    counting = { runId: run.id, stop, over: Promise.withResolvers<undefined>() };
    return { job, run, signal: AbortSignal.any([stop.signal, closing.signal]) };
  }

  async function count({ job, run, signal }: Taken): Promise<void> {
    let outcome: RunOutcome;
    try {
      outcome = await deps.execute(job, run, signal);
    } finally {
      counting?.over.resolve(undefined);
      counting = null;
    }
    if (outcome.state === 'stopped') return;
    const { state, failed } = outcome;
    await inTurn(async () => {
      // What a person has done in the meantime is not undone.
      const known = (await store.runs(job.id)).find(({ id }) => id === run.id);
      if (known?.state !== 'running' && known?.state !== 'waiting') return;
      const { progress: _, ...current } = known;
      const { error, resultDigest } = outcome;
      await store.saveRun({ ...current, state, error, resultDigest, endedAt: clock.now() });
    });
    log.info('job run over', { job: job.id, run: run.id, state, failed });
    if (outcome.error) {
      deps.notify(`The job "${job.name}" failed: ${outcome.error.message}`, outcome.error.code);
    } else if (failed > 0) {
      const text = `The job "${job.name}" is done, but ${String(failed)} of its clips could not be counted: the page Jobs names them.`;
      deps.notify(text, 'CAM_004');
    }
  }

  function check(): Promise<void> {
    working ??= work().finally(() => {
      working = null;
    });
    return working;
  }

  /** Resolves when this run is not counted any more. */
  async function stopCounting(runId: number): Promise<void> {
    if (counting?.runId !== runId) return;
    counting.stop.abort();
    await counting.over.promise;
  }

  async function setState(
    runId: number,
    state: 'running' | 'paused' | 'cancelled',
  ): Promise<JobRunView> {
    await inTurn(async () => {
      const { progress: _, name: __, ...run } = await findRun(runId);
      if (!open.includes(run.state)) {
        throw new StationError('REQ_003', 'This run is over: begin another one.');
      }
      const next = state === 'running' && run.startedAt === null ? 'waiting' : state;
      const endedAt = state === 'cancelled' ? clock.now() : null;
      await store.saveRun({ ...run, state: next, endedAt });
    });
    if (state === 'running') wake();
    else await stopCounting(runId);
    return findRun(runId);
  }

  return {
    list: async () => Promise.all((await store.list()).map(view)),
    get: async (id) => view(await findJob(id)),
    run: findRun,
    save: (job) =>
      inTurn(async () => {
        if (job.schedule) nextCron(job.schedule, clock.now());
        await store.save(job);
        return view(job);
      }),
    async remove(id) {
      await findJob(id);
      for (const { id: runId, state } of await store.runs(id)) {
        if (open.includes(state)) await setState(runId, 'cancelled');
      }
      await inTurn(() => store.remove(id));
    },
    async start(id, by) {
      const job = await findJob(id);
      const run = await inTurn(async () => {
        const runs = await store.runs(id);
        if (!runs.some(({ state }) => open.includes(state))) return add(job, by, null);
        const text = 'A run of this job is not over yet: wait for it, or cancel it.';
        throw new StationError('REQ_003', text);
      });
      wake();
      return findRun(run.id);
    },
    setState,
    check,
    async close() {
      closing.abort();
      callOff();
      await working?.catch(() => undefined);
      await changing;
    },
  };
}
