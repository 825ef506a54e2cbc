/**
 * How close the whole pipeline comes to what the machine can do: bare inference and bare decoding against real workers.
 *
 * limit = cores ÷ (bare inference + bare decoding of one frame), measured with all cores busy right before and right after
 * each run, because a shared machine is not the same a minute later; ratio = frames per second ÷ limit.
 *
 * With `--batch` it measures instead how live cameras, requests and batch work share the machine (serving.ts), with
 * `--instances` what batching and further instances of a served model bring (instances.ts).
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { emptyPlan } from '#engine/counting-plan.ts';
import { systemClock } from '#engine/base/clock.ts';
import { embeddedModel } from '#engine/embedded-model.ts';
import { keepsNothing } from '#engine/capture/capture.ts';
import { createFleet } from '#engine/fleet.ts';
import { createModelInspector } from '#engine/inspect-model.ts';
import type { Host } from '#engine/host.ts';
import type { WorkerModel } from '#engine/worker-protocol.ts';
import { createNodeHost } from '#server/node-host.ts';
import { sharedPath } from '#test/shared.ts';
import { measureBareSpeed, meanSpeed } from './bare-speed.ts';

const root = path.resolve(import.meta.dirname, '../..');
const defaultCameras = '1,2,4,8,16';
const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    seconds: { type: 'string', default: '8' },
    cameras: { type: 'string', default: defaultCameras },
    model: { type: 'string' },
    video: { type: 'string' },
    batch: { type: 'boolean', default: false },
    instances: { type: 'boolean', default: false },
    rate: { type: 'string', default: '10' },
  },
});
const measureMs = Number(values.seconds) * 1000;
/** Loading, connecting, the first frames and what V8 does about new code are not measured */
const warmUpMs = 5000;
const scratch = mkdtempSync(path.join(os.tmpdir(), 'tallywatch-bench-'));

interface Run {
  readonly cameras: number;
  readonly fps: number;
  /** Mean of the limits measured right before and right after */
  readonly limitFps: number;
  readonly ratio: number;
  readonly dropped: number;
  readonly p50Ms: Record<string, number>;
  readonly p95Ms: Record<string, number>;
  readonly rssMb: number;
}

try {
  if (values.batch) {
    const { measureServing } = await import('./serving.ts');
    await measureServing({
      root,
      dataFolder: scratch,
      model: values.model ?? sharedPath('models/yolox_nano.onnx'),
      cameras: values.cameras === defaultCameras ? 2 : Number(values.cameras),
      apiPerSecond: Number(values.rate),
      measureMs,
      isJson: values.json,
    });
  } else if (values.instances) {
    const { measureInstances } = await import('./instances.ts');
    await measureInstances({ measureMs, isJson: values.json });
  } else await main();
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
    workersFolder: path.join(root, 'out/main/workers'),
    logLevel: 'error',
    terminalLevel: 'error',
  });
  const model =
    file === null ? await embeddedModel(host.paths.resources) : await inspected(host, file);
  if (model === null) throw new Error('no model: name one with --model');
  const cores = os.availableParallelism();
  const machine = `${os.cpus()[0]?.model ?? 'unknown'}, ${String(cores)} cores, Node ${process.versions.node}`;

  say(`${machine}\n${path.basename(model.path)} on ${path.basename(clip)}`);
  const speeds = [await measureBareSpeed(model, clip, cores)];
  const runs: Run[] = [];
  for (const cameras of values.cameras.split(',').map(Number)) {
    const figures = await measureCameras(host, { model, clip, cameras, cores });
    speeds.push(await measureBareSpeed(model, clip, cores));
    const { limitFps } = meanSpeed(speeds.slice(-2));
    const run: Run = { ...figures, limitFps, ratio: figures.fps / limitFps };
    runs.push(run);
    say(
      `${String(cameras).padStart(3)} cameras  ${fixed(run.fps).padStart(7)} frames/s  limit ${fixed(limitFps)}  ratio ${run.ratio.toFixed(2)}  dropped ${String(run.dropped)}  total p50 ${fixed(run.p50Ms['total'] ?? 0)} p95 ${fixed(run.p95Ms['total'] ?? 0)} ms  ${fixed(run.rssMb)} MB`,
    );
  }
  const { inferenceMs: bareInferenceMs, decodeMs: bareDecodeMs, limitFps } = meanSpeed(speeds);
  const spread = speeds.map((speed) => speed.limitFps);
  say(
    `bare inference with all padding (which the station leaves out) ${fixed(bareInferenceMs)} ms, bare decoding ${fixed(bareDecodeMs)} ms, limit ${fixed(limitFps)} frames/s (${fixed(Math.min(...spread))} to ${fixed(Math.max(...spread))})`,
  );
  if (values.json) {
    const { name } = model.card;
    const figures = { machine, model: name, bareInferenceMs, bareDecodeMs, limitFps, runs };
    process.stdout.write(`${JSON.stringify(figures)}\n`);
  }
}

async function inspected(host: Host, file: string): Promise<WorkerModel> {
  const { card, digest } = await createModelInspector(host)(file);
  return { path: file, digest, card };
}

interface Plan {
  readonly model: WorkerModel;
  readonly clip: string;
  readonly cameras: number;
  readonly cores: number;
}

/** All cameras replay the clip through one worker as fast as it goes; the clip starts again when it ends. */
async function measureCameras(host: Host, plan: Plan): Promise<Omit<Run, 'limitFps' | 'ratio'>> {
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
      plan: emptyPlan,
      epoch: 1,
      checkpoint: null,
      isReplay: true,
      play: null,
      wantsFrames: false,
      keeping: keepsNothing,
      failover: [],
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

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function fixed(value: number): string {
  return value.toFixed(1);
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
