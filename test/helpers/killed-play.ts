/**
 * Plays a clip into the ledger of a real station, whose processes are killed meanwhile, and reads what was counted.
 */
import type { Crossing } from '#contract/counting.ts';
import { startStation, type StationProcess, until } from './station-process.ts';

export interface PlaySpec {
  readonly clip: string;
  readonly model: string;
  /** Name of the play; each has its own camera and lines */
  readonly id: string;
}

/** What a play has counted, in a form that is equal for equal plays. */
export interface PlayLedger {
  /** One line of text for each crossing, in order */
  readonly crossings: readonly string[];
  /** The same summed by the station's tallies */
  readonly tallied: number;
  readonly observedSeconds: number;
  /** Gaps between the first and the last observed moment */
  readonly gaps: number;
}

/** Kills so far: of stations, of workers that counted, of workers that had not begun again. */
export interface KillCounts {
  station: number;
  worker: number;
  startingWorker: number;
}

export interface KillPlan {
  /** 0…1, seeded */
  readonly random: () => number;
  /** No more kills when so many are done */
  readonly kills: number;
  readonly done: KillCounts;
  readonly onKill: () => void;
}

/** The clip is said to be recorded then, so that every play has the same times and none waits for the clock. */
const recordedAt = Date.UTC(2026, 0, 15, 8);
const dayMs = 86_400_000;
const range = { from: recordedAt - dayMs, to: recordedAt + dayMs };
/** A worker is given up after five ends within a minute, which is right in life; a new station begins anew. */
const maxWorkerKills = 4;
const shareOfStations = 0.4;
const maxLifeMs = 5_000;
const playLimitMs = 600_000;

export const killsOf = ({ station, worker, startingWorker }: KillCounts): number =>
  station + worker + startingWorker;

async function openStation(spec: PlaySpec, dataFolder: string): Promise<StationProcess> {
  return startStation({ dataFolder, flags: ['--model', spec.model, '--workers', '1'] });
}

/** Adds the camera with its lines and starts it. */
export async function beginPlay(station: StationProcess, { id, clip }: PlaySpec): Promise<void> {
  const settings = { id, name: id, source: clip, fps: 30, isLooped: false, recordedAt };
  await station.call('camera.add', { ...settings, isEnabled: false });
  for (const [index, share] of [0.3, 0.45, 0.6, 0.75].entries()) {
    const points = [
      { x: share, y: 0.01 },
      { x: share, y: 0.99 },
    ];
    await station.call('line.save', { id: `${id}-${index}`, cameraId: id, name: id, points });
  }
  await station.call('camera.update', { id, isEnabled: true });
}

export async function hasEnded(station: StationProcess, id: string): Promise<boolean> {
  return (await station.call('camera.get', { id })).capture.state === 'ended';
}

/** Plays the clip undisturbed. */
export async function playThrough(spec: PlaySpec, dataFolder: string): Promise<PlayLedger> {
  const station = await openStation(spec, dataFolder);
  await beginPlay(station, spec);
  await until(() => hasEnded(station, spec.id), Boolean, playLimitMs);
  const ledger = await readPlay(station, spec.id);
  await station.stop();
  return ledger;
}

/** Plays the clip while its processes are killed at random. */
export async function playKilled(
  spec: PlaySpec,
  dataFolder: string,
  plan: KillPlan,
): Promise<PlayLedger> {
  let station = await openStation(spec, dataFolder);
  let workerKills = 0;
  await beginPlay(station, spec);
  const endMs = performance.now() + playLimitMs;
  while (killsOf(plan.done) < plan.kills && !(await hasEnded(station, spec.id))) {
    if (performance.now() > endMs) throw new Error(`the play did not end:\n${station.output()}`);
    await new Promise((resolve) => setTimeout(resolve, plan.random() * maxLifeMs));
    if (workerKills >= maxWorkerKills || plan.random() < shareOfStations) {
      await station.kill();
      plan.done.station += 1;
      plan.onKill();
      station = await openStation(spec, dataFolder);
      workerKills = 0;
    } else if (await killWorker(station, spec.id, plan)) {
      workerKills += 1;
    }
  }
  await until(() => hasEnded(station, spec.id), Boolean, playLimitMs);
  const ledger = await readPlay(station, spec.id);
  await station.stop();
  return ledger;
}

/** Whether there was one to kill. */
async function killWorker(station: StationProcess, id: string, plan: KillPlan): Promise<boolean> {
  const { workers } = await station.call('station.info', {});
  const pid = workers.find((worker) => worker.pid !== null)?.pid ?? null;
  if (pid === null) return false;
  const { capture } = await station.call('camera.get', { id });
  process.kill(pid, 'SIGKILL');
  if (capture.state === 'live') plan.done.worker += 1;
  else plan.done.startingWorker += 1;
  plan.onKill();
  return true;
}

export async function readPlay(station: StationProcess, cameraId: string): Promise<PlayLedger> {
  const rows: Crossing[] = [];
  for (;;) {
    const beforeId = rows.at(-1)?.id;
    const query = { cameraId, limit: 1000, ...(beforeId === undefined ? {} : { beforeId }) };
    const page = await station.call('crossing.list', query);
    rows.push(...page);
    if (page.length < 1000) break;
  }
  const tallies = await station.call('tally.query', { ...range, cameraId, bucket: 'all' });
  const [coverage] = await station.call('coverage.query', { ...range, cameraId });
  return {
    crossings: rows.map(textOf).sort(),
    tallied: tallies.reduce((sum, tally) => sum + tally.in + tally.out, 0),
    observedSeconds: coverage?.observedSeconds ?? 0,
    // Before the first frame and after the last one the camera was not there.
    gaps: (coverage?.gaps ?? []).filter(({ from, to }) => from > range.from && to < range.to)
      .length,
  };
}

/** Everything of a row but its number and what names the camera. */
function textOf({ id: _, cameraId, configDigest: __, ...row }: Crossing): string {
  const lineId = row.lineId.slice(cameraId.length);
  const trackUid = row.trackUid.slice(cameraId.length);
  return JSON.stringify([row.at, lineId, trackUid, { ...row, lineId, trackUid }]);
}
