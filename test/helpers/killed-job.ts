/**
 * Runs a batch job on a real station whose processes are killed meanwhile, and reads what it has counted.
 */
import { spawnSync } from 'node:child_process';
import type { JobItem, JobRunView } from '#contract/job.ts';
import { startStation, type StationProcess, until } from './station-process.ts';

export interface JobSpec {
  readonly clips: readonly string[];
  readonly model: string;
  /** Pictures in one run of the network */
  readonly batch: number;
}

/** What is equal for equal runs. */
export interface JobOutcome {
  readonly digest: string | null;
  readonly crossings: number;
  readonly items: readonly Pick<JobItem, 'place' | 'state' | 'frames'>[];
}

export interface JobKills {
  station: number;
  worker: number;
}

export interface JobKillPlan {
  /** 0…1, seeded */
  readonly random: () => number;
  /** No more kills when so many are done, over all jobs of the plan */
  readonly kills: number;
  readonly done: JobKills;
}

const jobLimitMs = 900_000;
const maxLifeMs = 6_000;
const shareOfStations = 0.6;
/** A job may lose its worker twice without getting on, so that kills of workers must not come too close. */
const mostWorkerKills = 2;

const over = ({ state }: JobRunView) => ['done', 'failed', 'cancelled'].includes(state);
export const killsOf = ({ station, worker }: JobKills): number => station + worker;

function open({ model }: JobSpec, dataFolder: string): Promise<StationProcess> {
  return startStation({ dataFolder, flags: ['--model', model] });
}

/** Starts the job and returns the number of its run. */
export async function beginJob(station: StationProcess, spec: JobSpec): Promise<number> {
  const { runs } = await station.call('job.create', {
    name: 'Killed',
    sources: spec.clips.map((path) => ({ kind: 'clip', path })),
    lines: [0.3, 0.45, 0.6, 0.75].map((x, index) => ({
      ...{ id: `line-${String(index)}`, name: `Line ${String(index)}` },
      ...{ anchor: 'bottom' as const, labels: [] },
      points: [
        { x, y: 0.01 },
        { x, y: 0.99 },
      ],
    })),
    settings: { batch: spec.batch },
  });
  return runs[0]!.id;
}

const runOf = async (station: StationProcess, runId: number): Promise<JobRunView> =>
  (await station.call('job.result', { runId })).run;

/** Runs the job undisturbed. */
export async function runJob(spec: JobSpec, dataFolder: string): Promise<JobOutcome> {
  const station = await open(spec, dataFolder);
  const runId = await beginJob(station, spec);
  return finish(station, runId);
}

/** Runs the job while the station, or the worker of the job, is killed at random. */
export async function runKilledJob(
  spec: JobSpec,
  dataFolder: string,
  plan: JobKillPlan,
): Promise<JobOutcome> {
  let station = await open(spec, dataFolder);
  const runId = await beginJob(station, spec);
  let workerKills = 0;
  while (killsOf(plan.done) < plan.kills && !over(await runOf(station, runId))) {
    await new Promise((resolve) => setTimeout(resolve, plan.random() * maxLifeMs));
    if (workerKills < mostWorkerKills && plan.random() >= shareOfStations) {
      const pid = workerOf(station.pid);
      if (pid === null) continue;
      process.kill(pid, 'SIGKILL');
      plan.done.worker += 1;
      workerKills += 1;
      continue;
    }
    await station.kill();
    plan.done.station += 1;
    workerKills = 0;
    station = await open(spec, dataFolder);
  }
  return finish(station, runId);
}

async function finish(station: StationProcess, runId: number): Promise<JobOutcome> {
  await until(() => runOf(station, runId), over, jobLimitMs);
  const { run, items } = await station.call('job.result', { runId });
  await station.stop();
  return {
    digest: run.resultDigest,
    crossings: run.progress.crossings,
    items: items.map(({ place, state, frames }) => ({ place, state, frames })),
  };
}

/** The worker of the job: the only one of a station without cameras. */
function workerOf(stationPid: number): number | null {
  const found = spawnSync('pgrep', ['-P', String(stationPid), '-f', 'workers/worker'], {
    encoding: 'utf8',
  });
  const pid = Number(found.stdout.trim().split('\n')[0]);
  return pid > 0 ? pid : null;
}
