/**
 * Entry of a worker process: cameras, inference threads, tracking and counting of up to eight cameras.
 */
import path from 'node:path';
import { StationError } from '#contract/error.ts';
import { assert, assertNever } from '#engine/base/assert.ts';
import { systemClock } from '#engine/base/clock.ts';
import type { Logger } from '#engine/base/log.ts';
import { tidyHeap } from '#engine/base/tidy-heap.ts';
import { createFfmpegFinder } from '#engine/capture/ffmpeg-locate.ts';
import { openCapture } from '#engine/capture/open-capture.ts';
import { createSimulatorThread } from '#engine/capture/simulated/simulator-thread.ts';
import { entryFile } from '#engine/host.ts';
import { guardProcess, orphanGraceMs } from '#engine/inference/process-guard.ts';
import { listProviders } from '#engine/list-providers.ts';
import { createPipeline, type Pipeline } from '#engine/pipeline.ts';
import type { FromWorker, ToWorker, WorkerSettings } from '#engine/worker-protocol.ts';
import { connectParent } from './parent-channel.ts';

const reportMs = 1_000;
const truthMs = 2_000;
/** A worker without its station writes nothing anybody reads. */
const orphanExitCode = 3;

const folder = path.resolve(import.meta.dirname);
const parent = connectParent();
const send = (message: FromWorker): void => parent.post(message);
let pipeline: Pipeline | null = null;

tidyHeap();

parent.onMessage((message) => {
  handle(message as ToWorker).catch((error: unknown) => {
    send({ kind: 'failed', error: StationError.from(error, 'SYS_001').toBody() });
  });
});
parent.onClosed(() => {
  // A run that never ends would keep the pipeline from closing, and compute for ever for nobody.
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), orphanGraceMs);
  void end(orphanExitCode);
});

async function handle(message: ToWorker): Promise<void> {
  switch (message.kind) {
    case 'start':
      await start(message.settings);
      return;
    case 'assign':
      running().assign(message.assignment);
      return;
    case 'release':
      await running().release(message.cameraId, message.generation);
      return;
    case 'failover':
      running().setFailover(message.cameraId, message.line);
      return;
    case 'plan':
      running().setPlan(message.cameraId, message.plan);
      return;
    case 'watch':
      running().watch(message.cameraId, message.request);
      return;
    case 'record':
      running().record(message.cameraId, message.target);
      return;
    case 'hold':
      running().hold(message.cameraId, message.isHeld);
      return;
    case 'shadow':
      running().shadow(message.cameraId, message.target);
      return;
    case 'use-models': {
      const error = await running()
        .useModels(message.models)
        .then(
          () => null,
          (cause: unknown) => StationError.from(cause, 'MODEL_002').toBody(),
        );
      send({ kind: 'swapped', swapId: message.swapId, error });
      return;
    }
    case 'ping':
      send({ kind: 'pong', at: message.at });
      return;
    case 'shutdown':
      await end(0);
      return;
    default:
      assertNever(message);
  }
}

async function start(settings: WorkerSettings): Promise<void> {
  if (settings.maxMemoryBytes !== undefined) guardProcess(settings.maxMemoryBytes);
  const log = createRemoteLog();
  const findFfmpeg = createFfmpegFinder({
    configured: settings.ffmpegPath,
    resourcesFolder: settings.resourcesFolder,
    hardwareDecoding: settings.hardwareDecoding,
  });
  const simulator = createSimulatorThread({
    entry: entryFile(folder, 'simulator'),
    log,
  });
  // Looked for now, so that the first camera need not wait; it asks again and gets the error where there is none.
  findFfmpeg().catch(() => undefined);
  pipeline = createPipeline({
    threads: settings.threads,
    inferenceEntry: entryFile(folder, 'inference'),
    clock: systemClock,
    log,
    openCapture: (spec, deps) =>
      openCapture(spec, {
        ...deps,
        clock: systemClock,
        log,
        random: Math.random,
        ffmpeg: findFfmpeg,
        owner: settings.owner,
        simulator,
      }),
    send,
    onTrouble: (error) => send({ kind: 'failed', error: error.toBody() }),
    onDead: (error) => {
      send({ kind: 'failed', error: error.toBody() });
      void end(1);
    },
  });
  try {
    await pipeline.useModels(settings.models, true);
  } catch (error) {
    // Cameras are shown although nothing counts; the station says why.
    send({ kind: 'failed', error: StationError.from(error, 'MODEL_002').toBody() });
  }
  send({ kind: 'ready', providers: listProviders() });
  setInterval(() => {
    if (pipeline) send({ kind: 'report', report: pipeline.report() });
  }, reportMs);
  setInterval(() => {
    pipeline?.tellTruth().catch((error: unknown) => {
      log.warn('no truth from a simulated camera', { error: String(error) });
    });
  }, truthMs);
}

function running(): Pipeline {
  assert(pipeline !== null, 'the worker was not started');
  return pipeline;
}

let isEnding = false;

async function end(code: number): Promise<void> {
  if (isEnding) return;
  isEnding = true;
  try {
    await pipeline?.close();
  } finally {
    await parent.flushed();
    process.exit(code);
  }
}

function createRemoteLog(): Logger {
  const line =
    (level: 'debug' | 'info' | 'warn' | 'error') =>
    (fact: string, fields: Readonly<Record<string, unknown>> = {}): void =>
      send({ kind: 'log', level, fact, fields });
  return { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') };
}
