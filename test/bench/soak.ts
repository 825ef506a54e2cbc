/**
 * Eight looped clips on one station for ten minutes: frames dropped, memory and crossings, sampled all the time.
 *
 * `npm run -s bench:soak -- --minutes 10 --cameras 8 --fps 5 --json`. Needs the real clips of `../shared/data`.
 */
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { sharedMissing, sharedPath } from '#test/shared.ts';
import { cleanUp, startStation, until, type StationProcess } from '#test/station-process.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    cameras: { type: 'string', default: '8' },
    fps: { type: 'string', default: '5' },
    json: { type: 'boolean', default: false },
  },
});
/** Each clip and where people or cars of it cross: a level line at this height, or an upright one at this width. */
const clips: readonly (readonly [name: string, line: { level: number } | { upright: number }])[] = [
  ['mot15_pets09-s2l1', { upright: 0.45 }],
  ['intel_one-by-one-person', { upright: 0.45 }],
  ['intel_car-detection', { level: 0.25 }],
  ['mot15_tud-stadtmitte', { upright: 0.45 }],
  ['traffic_bridge_360p', { level: 0.6 }],
  ['crowd_plaza_720p', { level: 0.5 }],
];
const sampleMs = 30_000;
/** Loading and connecting are not part of the figures */
const settleMs = 15_000;

interface Sample {
  readonly seconds: number;
  readonly dropped: number;
  readonly inferredFps: number;
  readonly p95Ms: number;
  readonly stationMb: number;
  readonly workersMb: number;
  readonly crossings: number;
  readonly notLive: readonly string[];
}

const model = sharedPath('models/yolox_nano.onnx');
if (model === null) {
  console.error(sharedMissing);
  process.exit(1);
}
try {
  await main(model);
} finally {
  cleanUp();
}

async function main(file: string): Promise<void> {
  const station = await startStation({ flags: ['--model', file] });
  for (let number = 0; number < Number(values.cameras); number++) await addCamera(station, number);
  await until(
    () => station.call('camera.list', {}),
    (cameras) => cameras.every(({ capture }) => capture.state === 'live'),
    60_000,
  );
  await pause(settleMs);
  const first = await sample(station, 0);
  const samples: Sample[] = [];
  const startMs = performance.now();
  const endMs = startMs + Number(values.minutes) * 60_000;
  while (performance.now() < endMs) {
    await pause(Math.min(sampleMs, Math.max(0, endMs - performance.now())));
    const now = await sample(station, (performance.now() - startMs) / 1000);
    samples.push({ ...now, dropped: now.dropped - first.dropped });
    const last = samples.at(-1)!;
    console.error(
      `${last.seconds.toFixed(0).padStart(5)} s  ${last.inferredFps.toFixed(1)} frames/s  dropped ${String(last.dropped)}  p95 ${last.p95Ms.toFixed(0)} ms  station ${last.stationMb.toFixed(0)} MB  workers ${last.workersMb.toFixed(0)} MB  crossings ${String(last.crossings)}  load ${os.loadavg()[0]!.toFixed(1)}${last.notLive.length > 0 ? `  not live: ${last.notLive.join(', ')}` : ''}`,
    );
  }
  const tallies = await station.call('tally.query', { from: 0, to: 4_102_444_800_000 });
  const perCamera = Object.fromEntries(
    tallies.map(({ cameraId, in: into, out }) => [cameraId, into + out]),
  );
  console.error(`per camera: ${JSON.stringify(perCamera)}`);
  await station.stop();
  if (values.json) {
    process.stdout.write(
      `${JSON.stringify({ machine: os.cpus()[0]?.model, samples, perCamera })}\n`,
    );
  }
}

async function addCamera(station: StationProcess, number: number): Promise<void> {
  const [clip, line] = clips[number % clips.length]!;
  const id = `camera-${String(number + 1)}`;
  await station.call('camera.add', {
    id,
    name: `${String(number + 1)} ${path.basename(clip)}`,
    source: sharedPath(`videos/${clip}.mp4`)!,
    fps: Number(values.fps),
    isLooped: true,
  });
  await station.call('line.save', {
    cameraId: id,
    name: 'middle',
    anchor: 'centre',
    points:
      'level' in line
        ? [
            { x: 0.01, y: line.level },
            { x: 0.99, y: line.level },
          ]
        : [
            { x: line.upright, y: 0.02 },
            { x: line.upright, y: 0.98 },
          ],
  });
}

async function sample(station: StationProcess, seconds: number): Promise<Sample> {
  const [cameras, info, tallies] = await Promise.all([
    station.call('camera.list', {}),
    station.call('station.info', {}),
    station.call('tally.query', { from: 0, to: 4_102_444_800_000 }),
  ]);
  return {
    seconds,
    dropped: cameras.reduce((sum, { figures }) => sum + figures.dropped, 0),
    inferredFps: cameras.reduce((sum, { figures }) => sum + figures.inferredFps, 0),
    p95Ms: Math.max(...cameras.map(({ figures }) => figures.p95Ms)),
    stationMb: info.rssBytes / 1e6,
    workersMb: info.workers.reduce((sum, { rssBytes }) => sum + rssBytes, 0) / 1e6,
    crossings: tallies.reduce((sum, tally) => sum + tally.in + tally.out, 0),
    notLive: cameras.filter(({ capture }) => capture.state !== 'live').map(({ id }) => id),
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
