/**
 * How close the whole pipeline comes to what the machine can do: bare inference and bare decoding against real workers.
 *
 * limit = cores ÷ (bare inference + bare decoding of one frame); ratio = frames per second ÷ limit.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import * as ort from 'onnxruntime-node';
import { systemClock } from '#engine/base/clock.ts';
import { embeddedModel } from '#engine/embedded-model.ts';
import { createFleet } from '#engine/fleet.ts';
import { createModelInspector } from '#engine/inspect-model.ts';
import type { Host } from '#engine/host.ts';
import type { WorkerModel } from '#engine/worker-protocol.ts';
import { createNodeHost } from '#server/node-host.ts';
import { sharedPath } from '#test/shared.ts';

const root = path.resolve(import.meta.dirname, '../..');
const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    seconds: { type: 'string', default: '8' },
    cameras: { type: 'string', default: '1,2,4,8,16' },
    model: { type: 'string' },
    video: { type: 'string' },
  },
});
const measureMs = Number(values.seconds) * 1000;
/** Loading, connecting and the first frames are not measured */
const warmUpMs = 1500;
const scratch = mkdtempSync(path.join(os.tmpdir(), 'tallywatch-bench-'));

interface Run {
  readonly cameras: number;
  readonly fps: number;
  readonly ratio: number;
  readonly dropped: number;
  readonly p50Ms: Record<string, number>;
  readonly p95Ms: Record<string, number>;
  readonly rssMb: number;
}

try {
  await main();
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

async function main(): Promise<void> {
  const file = values.model ?? sharedPath('models/yolox_nano.onnx');
  const clip =
    values.video ?? sharedPath('videos/intel_one-by-one-person.mp4') ?? (await makeClip());
  const host = createNodeHost({
    kind: 'cli',
    version: 'bench',
    dataFolder: scratch,
    resourcesFolder: path.join(root, 'resources'),
    workersFolder: path.join(root, 'main/workers'),
    logLevel: 'error',
    terminalLevel: 'error',
  });
  const model =
    file === null ? await embeddedModel(host.paths.resources) : await inspected(host, file);
  if (model === null) throw new Error('no model: name one with --model');
  const cores = os.availableParallelism();
  const machine = `${os.cpus()[0]?.model ?? 'unknown'}, ${String(cores)} cores, Node ${process.versions.node}`;

  const bareInferenceMs = await measureInference(model);
  const bareDecodeMs = await measureDecode(clip, model);
  const limitFps = (cores * 1000) / (bareInferenceMs + bareDecodeMs);
  say(
    `${machine}\n${path.basename(model.path)} on ${path.basename(clip)}: bare inference ${fixed(bareInferenceMs)} ms, bare decoding ${fixed(bareDecodeMs)} ms, limit ${fixed(limitFps)} frames/s`,
  );
  const runs: Run[] = [];
  for (const cameras of values.cameras.split(',').map(Number)) {
    const run = await measureCameras(host, { model, clip, cameras, cores, limitFps });
    runs.push(run);
    say(
      `${String(cameras).padStart(3)} cameras  ${fixed(run.fps).padStart(7)} frames/s  ratio ${run.ratio.toFixed(2)}  dropped ${String(run.dropped)}  total p50 ${fixed(run.p50Ms['total'] ?? 0)} p95 ${fixed(run.p95Ms['total'] ?? 0)} ms  ${fixed(run.rssMb)} MB`,
    );
  }
  if (values.json) {
    process.stdout.write(
      `${JSON.stringify({ machine, model: model.card.name, bareInferenceMs, bareDecodeMs, limitFps, runs })}\n`,
    );
  }
}

async function inspected(host: Host, file: string): Promise<WorkerModel> {
  const { card, digest } = await createModelInspector(host)(file);
  return { path: file, digest, card };
}

/** Median ms of `session.run` alone, one intra-op thread, after warm-up. */
async function measureInference({ path: file, card }: WorkerModel): Promise<number> {
  const session = await ort.InferenceSession.create(file, {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  });
  const name = session.inputNames[0] ?? 'images';
  const { width, height } = card.input;
  const input = new ort.Tensor('float32', new Float32Array(3 * width * height).fill(114), [
    1,
    3,
    height,
    width,
  ]);
  const times: number[] = [];
  for (let run = 0; run < 220; run++) {
    const from = performance.now();
    await session.run({ [name]: input });
    if (run >= 20) times.push(performance.now() - from);
  }
  await session.release();
  return median(times);
}

/** ms of CPU that ffmpeg needs to decode and scale one frame, writing it nowhere. */
async function measureDecode(clip: string, { card }: WorkerModel): Promise<number> {
  const { width } = card.input;
  const args = ['-v', 'error', '-nostdin', '-benchmark', '-threads', '1', '-i', clip];
  const filter = `scale=${String(width)}:-2:flags=bilinear`;
  const child = spawn(
    'ffmpeg',
    [
      ...args,
      '-vf',
      filter,
      '-pix_fmt',
      'gbrp',
      '-f',
      'rawvideo',
      '-y',
      os.devNull,
      '-loglevel',
      'info',
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let text = '';
  child.stderr.on('data', (part: Buffer) => (text += part.toString()));
  await new Promise((resolve) => child.on('close', resolve));
  const user = Number(/utime=([\d.]+)s/.exec(text)?.[1]);
  const system = Number(/stime=([\d.]+)s/.exec(text)?.[1]);
  const frames = Number([...text.matchAll(/frame=\s*(\d+)/g)].at(-1)?.[1]);
  const ms = ((user + system) * 1000) / frames;
  if (!Number.isFinite(ms)) throw new Error(`ffmpeg told no figures:\n${text}`);
  return ms;
}

interface Plan {
  readonly model: WorkerModel;
  readonly clip: string;
  readonly cameras: number;
  readonly cores: number;
  readonly limitFps: number;
}

/** All cameras replay the clip through one worker as fast as it goes; the clip starts again when it ends. */
async function measureCameras(host: Host, plan: Plan): Promise<Run> {
  const fleet = createFleet(
    {
      settings: {
        owner: `bench-${String(process.pid)}`,
        ffmpegPath: '',
        resourcesFolder: host.paths.resources,
        hardwareDecoding: 'off',
      },
      workers: 1,
      threads: 0,
      cores: plan.cores,
    },
    {
      onMessage: (message) => {
        if (message.kind === 'capture' && message.state.state === 'ended') place(message.cameraId);
      },
      onLost: (cameraId, cause) => {
        throw new Error(`camera ${cameraId} lost: ${cause}`);
      },
      onPlaced: () => undefined,
      onTrouble: (error) => {
        throw error;
      },
    },
    { host, clock: systemClock, log: host.log },
  );
  function place(id: string): void {
    fleet.place({
      camera: {
        id,
        name: id,
        source: plan.clip,
        transport: 'tcp',
        fps: 30,
        isLooped: true,
        isEnabled: true,
      },
      lines: [],
      epoch: 1,
      checkpoint: null,
      isReplay: true,
      play: null,
      wantsFrames: false,
    });
  }
  await fleet.useModel(plan.model);
  for (let number = 1; number <= plan.cameras; number++) place(`camera-${String(number)}`);

  while ((reportNow()?.inferred ?? 0) === 0) await pause(20);
  await pause(warmUpMs);
  const before = reportNow();
  await pause(measureMs);
  const report = reportNow();
  await fleet.close();
  if (!before || !report) throw new Error('the worker reported nothing');
  const fps = ((report.inferred - before.inferred) * 1000) / (report.atMs - before.atMs);
  const steps = Object.entries(report.timings);
  return {
    cameras: plan.cameras,
    fps,
    ratio: fps / plan.limitFps,
    dropped: report.cameras.reduce((sum, camera) => sum + camera.dropped, 0),
    p50Ms: Object.fromEntries(steps.map(([name, { p50Ms }]) => [name, p50Ms])),
    p95Ms: Object.fromEntries(steps.map(([name, { p95Ms }]) => [name, p95Ms])),
    rssMb: report.rssBytes / 1e6,
  };

  function reportNow() {
    return fleet.workers()[0]?.handle.report() ?? null;
  }
}

async function makeClip(): Promise<string> {
  const file = path.join(scratch, 'clip.mp4');
  const child = spawn('ffmpeg', [
    ...['-v', 'error', '-f', 'lavfi', '-i', 'testsrc2=size=768x432:rate=10:duration=60'],
    ...['-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-y', file],
  ]);
  await new Promise((resolve) => child.on('close', resolve));
  return file;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function fixed(value: number): string {
  return value.toFixed(1);
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
