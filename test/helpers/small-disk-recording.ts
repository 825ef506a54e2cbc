/**
 * Records simulated cameras on a disk that is far too small, while the station is killed now and then, and compares the files
 * with their index all the time.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, statfsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { mountDisk, unmountDisk } from './mount-disk.ts';
import { scratchFolder, startStation, type StationProcess, until } from './station-process.ts';

export interface SmallDiskPlan {
  readonly seconds: number;
  /** It goes on until so many files had to give way */
  readonly leastRemoved: number;
  readonly cameras: number;
  readonly diskBytes: number;
  readonly reserveBytes: number;
  /** The station is killed so often, evenly over the time */
  readonly kills: number;
}

/** What is equal for all good runs is said by `lost`, `withoutFile`, `leftOver` and `leastRoomBytes`. */
export interface SmallDiskFacts {
  readonly samples: number;
  /** The least that was free above the reserve; below 0 it was written into */
  readonly leastRoomBytes: number;
  readonly filesSeen: number;
  /** Removed to make room */
  readonly filesRemoved: number;
  /** Samples in which a camera had paused for want of room */
  readonly pausedSamples: number;
  readonly kills: number;
  /** Files that were there and that the index never knew */
  readonly lost: readonly string[];
  /** At the end: rows without a file, and files without a row or unfinished */
  readonly withoutFile: readonly string[];
  readonly leftOver: readonly string[];
  /** Length of a clip that was cut at the end, as ffprobe says it, s */
  readonly clipSeconds: number;
}

const limitMs = 300_000;
const sampleMs = 1_000;
const clipMs = 20_000;

export async function recordOnSmallDisk(plan: SmallDiskPlan): Promise<SmallDiskFacts> {
  const dataFolder = scratchFolder();
  const folder = mountDisk(plan.diskBytes, path.join(dataFolder, 'recordings'));
  try {
    return await record(plan, dataFolder, folder);
  } finally {
    unmountDisk(folder);
    // So that whoever removes the data folder finds it as it was.
    mkdirSync(folder);
  }
}

async function record(
  plan: SmallDiskPlan,
  dataFolder: string,
  folder: string,
): Promise<SmallDiskFacts> {
  const ids = Array.from({ length: plan.cameras }, (_, index) => `cam-${String(index)}`);
  let station = await startStation({ dataFolder });
  try {
    await station.call('recording.setReserve', { reserveGb: plan.reserveBytes / 1e9 });
    for (const [index, id] of ids.entries()) {
      const source = `simulated://plaza?seed=${String(index + 1)}`;
      await station.call('camera.add', { id, name: id, source });
      await station.call('recording.set', { cameraId: id, isOn: true });
    }
    const seen = new Set<string>();
    const indexed = new Set<string>();
    let [samples, pausedSamples, kills, leastRoomBytes] = [0, 0, 0, Infinity];
    const begunMs = performance.now();
    for (;;) {
      const passedS = (performance.now() - begunMs) / 1000;
      const files = filesOf(folder).filter((file) => file.endsWith('.ts'));
      for (const file of files) seen.add(file);
      if (passedS >= plan.seconds && seen.size - files.length >= plan.leastRemoved) break;
      for (const file of indexOf(dataFolder)) indexed.add(file);
      leastRoomBytes = Math.min(leastRoomBytes, freeOf(folder) - plan.reserveBytes);
      const { cameras } = await station.call('recording.get', {});
      pausedSamples += Number(cameras.some(({ recording }) => recording.state === 'paused'));
      samples += 1;
      if (kills < plan.kills && passedS > ((kills + 1) * plan.seconds) / (plan.kills + 1)) {
        await station.kill();
        station = await startStation({ dataFolder });
        kills += 1;
      }
      await new Promise((resolve) => setTimeout(resolve, sampleMs));
    }
    const clipSeconds = await cutClip(station, ids[0] ?? '');
    await station.stop();
    const files = filesOf(folder);
    const rows = indexOf(dataFolder);
    for (const file of rows) indexed.add(file);
    return {
      ...{ samples, leastRoomBytes, pausedSamples, kills, clipSeconds, filesSeen: seen.size },
      filesRemoved: [...seen].filter((file) => !files.includes(file)).length,
      lost: [...seen].filter((file) => !indexed.has(file)),
      withoutFile: rows.filter((file) => !files.includes(file)),
      leftOver: files.filter((file) => !rows.includes(file)),
    };
  } finally {
    await station.kill();
  }
}

function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.(?:ts|part)$/.test(name),
  );
}

function indexOf(dataFolder: string): string[] {
  const database = new Database(path.join(dataFolder, 'station.db'), { readonly: true });
  try {
    return database.prepare<[], string>('SELECT file FROM recording_segments').pluck().all();
  } finally {
    database.close();
  }
}

function freeOf(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

/** Cuts the last seconds that are recorded, with time and boxes drawn in, and asks ffprobe how long they are. */
async function cutClip(station: StationProcess, cameraId: string): Promise<number> {
  const spans = await until(
    () => station.call('recording.list', { cameraId, from: 0, to: Date.now() }),
    (known) => known.length > 0,
    limitMs,
  );
  const to = spans.at(-1)?.to ?? 0;
  const stretch = { cameraId, from: Math.max(spans.at(-1)?.from ?? 0, to - clipMs), to };
  const { id } = await station.call('recording.clip', { ...stretch, burnIn: ['time', 'boxes'] });
  const { data } = await station.call('recording.clipBytes', { id });
  const file = path.join(scratchFolder(), 'clip.mp4');
  writeFileSync(file, Buffer.from(data, 'base64'));
  const args = ['-v', 'error', '-show_entries', 'format=duration', '-of', 'csv=p=0', file];
  return Number(execFileSync('ffprobe', args, { encoding: 'utf8' }));
}
