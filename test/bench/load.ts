/**
 * Requests over HTTP beside a live camera, with the answers, the refusals and the camera's lateness at each rate.
 *
 *   npm run -s bench:load -- --rates 20,60,100 --seconds 60 --clients 100 --client-seconds 20 --json
 *
 * Every picture is another one, 640 × 480, and answers are not kept, so each request is a run of the network. The camera
 * is a clip at 5 frames per second. Needs the real material of `../shared/data`.
 */
import { readdirSync, readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { sharedMissing, sharedPath } from '#test/shared.ts';
import { cleanUp, startStation, until, type StationProcess } from '#test/station-process.ts';
import { type Answered, sendClosedLoop, sendOpenLoop, type Target } from './load/open-loop.ts';

const { values } = parseArgs({
  options: {
    rates: { type: 'string', default: '20,60,100' },
    seconds: { type: 'string', default: '60' },
    clients: { type: 'string', default: '100' },
    'client-seconds': { type: 'string', default: '20' },
    model: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const cameraFps = 5;
const startLimitMs = 120_000;
const settleMs = 10_000;

interface LoadPhase {
  readonly name: string;
  readonly asked: number;
  readonly answered: number;
  readonly refused: number;
  /** Neither answered nor refused: no answer at all, or one that says the station failed */
  readonly lost: number;
  readonly medianMs: number;
  readonly p95Ms: number;
  readonly longestMs: number;
  readonly live: LiveFigures;
  /** Share of the time of all cores that anybody used, 0…1 */
  readonly busy: number;
}

interface LiveFigures {
  readonly late: number;
  readonly dropped: number;
  readonly fps: number;
  readonly p95Ms: number;
}

const model = values.model ?? sharedPath('models/yolox_nano.onnx');
const clip = sharedPath('videos/mot15_pets09-s2l1.mp4');
const images = sharedPath('images/coco_val2017_128');
if (model === null || clip === null || images === null) {
  console.error(sharedMissing);
  process.exit(1);
}
try {
  await main(model, clip, images);
} finally {
  cleanUp();
}

async function main(file: string, video: string, folder: string): Promise<void> {
  const pictures = await picturesOf(folder);
  const station = await startStation({
    flags: ['--model', file, '--result-cache-seconds', '0', '--log-level', 'error'],
  });
  await station.call('camera.add', {
    ...{ id: 'gate', name: 'Gate', source: video, fps: cameraFps, isLooped: true },
  });
  await station.call('serving.load', { modelId: 'champion' });
  await until(
    () => station.call('camera.list', {}),
    (cameras) => cameras.every(({ figures }) => figures.inferredFps > cameraFps / 2),
    startLimitMs,
  );
  await pause(settleMs);
  const target: Target = {
    url: new URL(`${station.url}/api/v1/models/champion/inference`),
    headers: {},
    body: (number) => pictures[number % pictures.length]!,
  };
  console.error(
    `${os.cpus()[0]?.model ?? 'unknown'}, ${String(os.availableParallelism())} cores, load ${os.loadavg()[0]!.toFixed(1)}; ${path.basename(file)}`,
  );
  const phases: LoadPhase[] = [];
  const measure = async (name: string, send: () => Promise<Answered[]>): Promise<void> => {
    phases.push(await phaseOf(station, name, send));
    console.error(line(phases.at(-1)!));
  };
  await measure('no requests', async () => {
    await pause(Number(values.seconds) * 500);
    return [];
  });
  for (const rate of values.rates.split(',').map(Number)) {
    await measure(`${String(rate)} per second`, () =>
      sendOpenLoop(target, { perSecond: rate, seconds: Number(values.seconds) }),
    );
  }
  await measure(`${values.clients} clients`, () =>
    sendClosedLoop(target, {
      ...{ clients: Number(values.clients), seconds: Number(values['client-seconds']) },
    }),
  );
  await station.stop();
  if (values.json) {
    process.stdout.write(`${JSON.stringify({ machine: os.cpus()[0]?.model, phases })}\n`);
  }
}

async function phaseOf(
  station: StationProcess,
  name: string,
  send: () => Promise<Answered[]>,
): Promise<LoadPhase> {
  const [before, cpuBefore] = [await liveOf(station), cpuTimes()];
  const answers = await send();
  const [after, cpuAfter] = [await liveOf(station), cpuTimes()];
  const good = answers
    .filter(({ status }) => status === 200)
    .map(({ totalMs }) => totalMs)
    .sort((a, b) => a - b);
  const refused = answers.filter(({ status }) => status === 429).length;
  const at = (share: number): number => good[Math.floor(good.length * share)] ?? 0;
  return {
    name,
    asked: answers.length,
    answered: good.length,
    refused,
    lost: answers.length - good.length - refused,
    medianMs: at(0.5),
    p95Ms: at(0.95),
    longestMs: good.at(-1) ?? 0,
    live: { ...after, late: after.late - before.late, dropped: after.dropped - before.dropped },
    busy: (cpuAfter.busy - cpuBefore.busy) / (cpuAfter.all - cpuBefore.all),
  };
}

async function liveOf(station: StationProcess): Promise<LiveFigures> {
  const [camera] = await station.call('camera.list', {});
  const { late, dropped, inferredFps, p95Ms } = camera!.figures;
  return { late, dropped, fps: inferredFps, p95Ms };
}

function cpuTimes(): { busy: number; all: number } {
  const sums = os.cpus().map(({ times }) => {
    const all = Object.values(times).reduce((sum, value) => sum + value, 0);
    return { all, busy: all - times.idle };
  });
  return {
    busy: sums.reduce((sum, { busy }) => sum + busy, 0),
    all: sums.reduce((sum, { all }) => sum + all, 0),
  };
}

/** The COCO pictures at the size that is asked for. */
function picturesOf(folder: string): Promise<Buffer[]> {
  return Promise.all(
    readdirSync(folder)
      .filter((name) => name.endsWith('.jpg'))
      .map((name) =>
        sharp(readFileSync(path.join(folder, name)))
          .resize(640, 480, { fit: 'cover' })
          .jpeg({ quality: 85 })
          .toBuffer(),
      ),
  );
}

function line(phase: LoadPhase): string {
  const { live } = phase;
  return [
    phase.name.padEnd(16),
    `answered ${String(phase.answered)} of ${String(phase.asked)}, refused ${String(phase.refused)}, lost ${String(phase.lost)}`,
    `median ${phase.medianMs.toFixed(0)}, p95 ${phase.p95Ms.toFixed(0)}, longest ${phase.longestMs.toFixed(0)} ms`,
    `live ${live.fps.toFixed(1)} fps, p95 ${live.p95Ms.toFixed(0)} ms, late ${String(live.late)}, dropped ${String(live.dropped)}`,
    `CPU ${(100 * phase.busy).toFixed(0)} %`,
  ].join('   ');
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
