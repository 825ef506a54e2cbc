/**
 * A network camera through kills and a frozen stream: what was counted stays, and what was not seen is declared.
 */
import type { Coverage } from '#contract/coverage.ts';
import { startRtspServer } from './rtsp-server.ts';
import { startStation, type StationProcess, until } from './station-process.ts';

export interface LiveSpec {
  readonly clip: string;
  readonly model: string;
  readonly dataFolder: string;
}

export interface LiveResult {
  readonly kills: number;
  readonly crossings: number;
  /** Rows that were there before a kill and not after it */
  readonly lost: number;
  /** Rows of the same track, line and ordinal */
  readonly doubled: number;
  /** Rows at times that the station says it has not observed */
  readonly outsideObserved: number;
  /** Seconds that are neither observed nor a gap with a cause */
  readonly undeclaredSeconds: number;
  readonly gapSeconds: number;
}

const id = 'net';
const limitMs = 300_000;
/** The simulated camera is observed for so long before its picture stands still. */
const freezeAtSeconds = 15;
/** Cameras report once a second: what is younger is neither observed nor a gap yet. */
const settleMs = 5_000;

async function open(spec: LiveSpec): Promise<StationProcess> {
  const { model, dataFolder } = spec;
  return startStation({ dataFolder, flags: ['--model', model, '--workers', '1'] });
}

async function add(station: StationProcess, source: string): Promise<void> {
  await station.call('camera.add', { id, name: id, source, fps: 5 });
  for (const [index, share] of [0.35, 0.5, 0.65].entries()) {
    const points = [
      { x: share, y: 0.01 },
      { x: share, y: 0.99 },
    ];
    await station.call('line.save', { id: `live-${index}`, cameraId: id, name: id, points });
  }
}

async function coverageOf(station: StationProcess, from: number, to: number): Promise<Coverage> {
  const [coverage] = await station.call('coverage.query', { from, to, cameraId: id });
  if (!coverage) throw new Error('the camera is not known');
  return coverage;
}

/** Waits until the station has observed so many seconds more. */
async function observeMore(station: StationProcess, from: number, seconds: number): Promise<void> {
  const observed = async (): Promise<number> =>
    (await coverageOf(station, from, Date.now() + limitMs)).observedSeconds;
  const before = await observed();
  await until(observed, (now) => now >= before + seconds, limitMs);
}

async function rowKeys(station: StationProcess): Promise<{ key: string; at: number }[]> {
  const rows = await station.call('crossing.list', { cameraId: id, limit: 1000 });
  return rows.map((row) => ({ key: `${row.lineId} ${row.trackUid} ${row.ordinal}`, at: row.at }));
}

/** Kills workers and stations of a live camera at random. */
export async function watchKilled(
  spec: LiveSpec,
  { kills, random, onKill }: { kills: number; random: () => number; onKill: () => void },
): Promise<LiveResult> {
  const server = await startRtspServer(spec.clip);
  let station = await open(spec);
  try {
    await add(station, server.url);
    const from = Date.now();
    await observeMore(station, from, 5);
    const known = new Set<string>();
    for (let kill = 0; kill < kills; kill++) {
      await observeMore(station, from, 1 + 3 * random());
      for (const { key } of await rowKeys(station)) known.add(key);
      const { workers } = await station.call('station.info', {});
      const pid = workers.find((worker) => worker.pid !== null)?.pid ?? null;
      if (pid === null || random() < 0.4) {
        await station.kill();
        station = await open(spec);
      } else {
        process.kill(pid, 'SIGKILL');
      }
      onKill();
    }
    await observeMore(station, from, settleMs / 1000 + 1);
    return await judge(station, { from, kills, known });
  } finally {
    await station.stop();
    await server.kill();
  }
}

async function judge(
  station: StationProcess,
  { from, kills, known }: { from: number; kills: number; known: ReadonlySet<string> },
): Promise<LiveResult> {
  const to = Date.now() - settleMs;
  const { gaps, observedSeconds } = await coverageOf(station, from, to);
  const rows = await rowKeys(station);
  const keys = new Set(rows.map(({ key }) => key));
  const gapMs = gaps
    .filter(({ cause }) => cause !== 'unknown')
    .reduce((sum, gap) => sum + gap.to - gap.from, 0);
  return {
    kills,
    crossings: rows.length,
    lost: [...known].filter((key) => !keys.has(key)).length,
    doubled: rows.length - keys.size,
    outsideObserved: rows.filter(({ at }) => gaps.some((gap) => at > gap.from && at < gap.to))
      .length,
    undeclaredSeconds: Math.round((to - from - gapMs) / 10 - observedSeconds * 100) / 100,
    gapSeconds: Math.round(gapMs / 100) / 10,
  };
}

/** Frames go on and the picture stands still for so long: the length of the gap that the station reports. */
export async function watchFrozen(spec: LiveSpec, frozenSeconds: number): Promise<number> {
  const station = await open(spec);
  try {
    const fault = `fault=freeze&at=${String(freezeAtSeconds)}&for=${String(frozenSeconds)}`;
    await add(station, `simulated://plaza?people=6&seed=7&fps=5&${fault}`);
    const from = Date.now();
    const isOver = ({ gaps }: Coverage): boolean =>
      gaps.some(({ cause, to }) => cause === 'camera-frozen' && to < Date.now() - settleMs);
    const { gaps } = await until(() => coverageOf(station, from, Date.now()), isOver, limitMs);
    const frozen = gaps.filter(({ cause }) => cause === 'camera-frozen');
    return frozen.reduce((sum, { from: start, to }) => sum + to - start, 0) / 1000;
  } finally {
    await station.stop();
  }
}

/** The network camera stands still, with its connections open: the length of the gap that the station reports. */
export async function watchStalled(spec: LiveSpec, stalledSeconds: number): Promise<number> {
  const server = await startRtspServer(spec.clip);
  const station = await open(spec);
  try {
    await add(station, server.url);
    await observeMore(station, Date.now(), 10);
    const from = Date.now() - 1000;
    server.freeze();
    await new Promise((resolve) => setTimeout(resolve, stalledSeconds * 1000));
    server.thaw();
    await observeMore(station, from, 5);
    const { gaps } = await coverageOf(station, from, Date.now());
    return Math.max(0, ...gaps.map((gap) => (gap.to - gap.from) / 1000));
  } finally {
    await station.stop();
    await server.kill();
  }
}
