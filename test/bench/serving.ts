/**
 * How live cameras, requests and batch work share one machine: live alone, then with batch work that never ends, then
 * with requests at a steady rate on top, each for the same time.
 */
import { readdirSync, readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { StationConfig } from '#contract/config.ts';
import type { Door } from '#contract/door.ts';
import { StationError } from '#contract/error.ts';
import { createStation, type Station } from '#engine/station.ts';
import { createNodeHost } from '#server/node-host.ts';
import { greyJpeg } from '#test/serving.ts';
import { sharedPath } from '#test/shared.ts';
import { until } from '#test/station-process.ts';

export interface ServingBench {
  readonly root: string;
  readonly dataFolder: string;
  /** ONNX file; null for the embedded detector */
  readonly model: string | null;
  readonly cameras: number;
  readonly apiPerSecond: number;
  readonly measureMs: number;
  readonly isJson: boolean;
}

interface Phase {
  readonly name: string;
  /** Frames per second and camera that were counted; asked for are `cameraFps` */
  readonly liveFps: number;
  readonly liveP95Ms: number;
  readonly late: number;
  readonly replaced: number;
  /** Workers that were ended meanwhile; then the figures of the cameras began anew and say nothing */
  readonly workerRestarts: number;
  readonly batchPerSecond: number;
  readonly apiPerSecond: number;
  readonly apiP95Ms: number;
  readonly apiRefused: number;
  readonly instances: number;
  readonly load: number;
}

const cameraFps = 5;
const batchPictures = 64;
const startLimitMs = 120_000;

export async function measureServing(bench: ServingBench): Promise<void> {
  const host = createNodeHost({
    kind: 'cli',
    version: 'bench',
    dataFolder: bench.dataFolder,
    resourcesFolder: path.join(bench.root, 'resources'),
    workersFolder: path.join(bench.root, 'main/workers'),
    logLevel: 'error',
    terminalLevel: 'error',
  });
  const station = await createStation(
    host,
    StationConfig.parse({
      demo: 'off',
      model: bench.model ?? '',
      dataFolder: bench.dataFolder,
      // The same pictures are asked again and again: kept answers would measure nothing.
      resultCacheEntries: 0,
    }),
  );
  try {
    await measure(station, bench);
  } finally {
    await station.close();
  }
}

async function measure(station: Station, bench: ServingBench): Promise<void> {
  const door = station.door({ user: 'bench', role: 'admin', door: 'test' });
  const images = await pictures();
  await door.call('serving.load', { modelId: 'champion' });
  for (let number = 1; number <= bench.cameras; number++) {
    await door.call('camera.add', {
      name: `Plaza ${String(number)}`,
      source: `simulated://plaza?seed=${String(number)}`,
      fps: cameraFps,
    });
  }
  await until(
    () => door.call('camera.list', {}),
    (cameras) => cameras.every(({ figures }) => figures.inferredFps > 1),
    startLimitMs,
  );
  say(
    `${os.cpus()[0]?.model ?? 'unknown'}, ${String(os.availableParallelism())} cores; ${String(bench.cameras)} cameras at ${String(cameraFps)} fps`,
  );
  const phases: Phase[] = [];
  for (const [name, work] of [
    ['live alone', []],
    ['+ batch', ['batch']],
    ['+ batch + API', ['batch', 'api']],
  ] as const) {
    const phase = await measurePhase(door, { bench, images, name, work });
    phases.push(phase);
    say(line(phase));
  }
  if (bench.isJson) process.stdout.write(`${JSON.stringify({ phases })}\n`);
}

interface Plan {
  readonly bench: ServingBench;
  readonly images: readonly string[];
  readonly name: string;
  readonly work: readonly ('batch' | 'api')[];
}

async function measurePhase(door: Door, { bench, images, name, work }: Plan): Promise<Phase> {
  const batch = work.includes('batch') ? keepBatchGoing(door, images) : null;
  const api = work.includes('api') ? keepAsking(door, { images, bench }) : null;
  const before = await live(door);
  const startedMs = performance.now();
  await pause(bench.measureMs);
  const after = await live(door);
  const seconds = (performance.now() - startedMs) / 1000;
  const batchDone = (await batch?.stop()) ?? 0;
  const answers = (await api?.stop()) ?? { totalMs: [], refused: 0 };
  const sorted = answers.totalMs.sort((a, b) => a - b);
  const status = await door.call('inference.status', { modelId: 'champion' });
  return {
    name,
    liveFps: after.fps,
    liveP95Ms: after.p95Ms,
    late: after.late - before.late,
    replaced: after.dropped - before.dropped,
    workerRestarts: after.restarts - before.restarts,
    batchPerSecond: batchDone / seconds,
    apiPerSecond: sorted.length / seconds,
    apiP95Ms: sorted[Math.floor(sorted.length * 0.95)] ?? 0,
    apiRefused: answers.refused,
    instances: status.instances.length,
    load: os.loadavg()[0] ?? 0,
  };
}

/** Two batch requests at any time, as many pictures as get through. */
function keepBatchGoing(door: Door, images: readonly string[]): { stop(): Promise<number> } {
  const stopped = new AbortController();
  let done = 0;
  const again = async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      const batch = Array.from(
        { length: batchPictures },
        (_, index) => images[index % images.length]!,
      );
      try {
        const { results } = await door.call(
          'inference.batch',
          { modelId: 'champion', images: batch, batchSize: 64 },
          { signal: stopped.signal },
        );
        done += results.filter(({ error }) => error === null).length;
      } catch (error) {
        if (StationError.from(error, 'SYS_001').code !== 'REQ_004') throw error;
      }
    }
  };
  const running = Promise.all([again(), again()]);
  return {
    async stop() {
      stopped.abort();
      await running;
      return done;
    },
  };
}

/** Requests at a steady rate, whether the ones before were answered or not. */
function keepAsking(
  door: Door,
  { images, bench }: Pick<Plan, 'images' | 'bench'>,
): { stop(): Promise<{ totalMs: number[]; refused: number }> } {
  const totalMs: number[] = [];
  const open = new Set<Promise<void>>();
  let refused = 0;
  let asked = 0;
  const ask = async (): Promise<void> => {
    const from = performance.now();
    const image = images[asked++ % images.length]!;
    try {
      await door.call('inference.run', { modelId: 'champion', image });
      totalMs.push(performance.now() - from);
    } catch (error) {
      if (StationError.from(error, 'SYS_001').code !== 'RES_003') throw error;
      refused++;
    }
  };
  const timer = setInterval(() => {
    const one: Promise<void> = ask().finally(() => open.delete(one));
    open.add(one);
  }, 1000 / bench.apiPerSecond);
  return {
    async stop() {
      clearInterval(timer);
      await Promise.all(open);
      return { totalMs, refused };
    },
  };
}

interface LiveFigures {
  readonly restarts: number;
  readonly fps: number;
  readonly late: number;
  readonly dropped: number;
  readonly p95Ms: number;
}

async function live(door: Door): Promise<LiveFigures> {
  const cameras = await door.call('camera.list', {});
  const { workers } = await door.call('station.info', {});
  const sum = (of: (camera: (typeof cameras)[number]) => number) =>
    cameras.reduce((total, camera) => total + of(camera), 0);
  return {
    restarts: workers.reduce((total, worker) => total + worker.restarts, 0),
    fps: sum(({ figures }) => figures.inferredFps) / cameras.length,
    late: sum(({ figures }) => figures.late),
    dropped: sum(({ figures }) => figures.dropped),
    p95Ms: Math.max(...cameras.map(({ figures }) => figures.p95Ms)),
  };
}

/** Some COCO pictures, or a plain one where the shared material is missing. */
async function pictures(): Promise<string[]> {
  const folder = sharedPath('images/coco_val2017_128');
  if (folder === null) return [(await greyJpeg(640, 480)).toString('base64')];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.jpg'))
    .slice(0, 16)
    .map((name) => readFileSync(path.join(folder, name)).toString('base64'));
}

function line(phase: Phase): string {
  const fixed = (value: number) => value.toFixed(1).padStart(6);
  return [
    phase.name.padEnd(14),
    `live ${fixed(phase.liveFps)} fps p95 ${fixed(phase.liveP95Ms)} ms late ${String(phase.late)} replaced ${String(phase.replaced)}`,
    `batch ${fixed(phase.batchPerSecond)}/s`,
    `API ${fixed(phase.apiPerSecond)}/s p95 ${fixed(phase.apiP95Ms)} ms refused ${String(phase.apiRefused)}`,
    `load ${fixed(phase.load)}`,
    ...(phase.workerRestarts > 0
      ? [`(${String(phase.workerRestarts)} workers restarted: live figures say nothing)`]
      : []),
  ].join('   ');
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
