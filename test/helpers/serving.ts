/**
 * Serving with real processes, on the embedded detector or on files made for a test.
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { StationError } from '#contract/error.ts';
import { plainExecution } from '#contract/execution.ts';
import { systemClock } from '#engine/base/clock.ts';
import { embeddedModel } from '#engine/embedded-model.ts';
import type { ServedFile } from '#engine/inference/serving/instance.ts';
import type { RequestClass } from '#engine/inference/serving/picture-queue.ts';
import {
  createServing,
  type Serving,
  type ServingOptions,
} from '#engine/inference/serving/serving.ts';
import { forkWorker } from '#server/node-host.ts';
import { scratchFolder } from './station-process.ts';
import { yoloxNanoCard } from './cards.ts';

const root = path.resolve(import.meta.dirname, '../..');
const entry = path.join(root, 'main/workers/serving.ts');
const megabyte = 1024 ** 2;
const patienceMs = 200_000;
const silent = () => undefined;

export interface ServingRig {
  readonly serving: Serving;
  /** Kind of work of each picture in the order in which they were settled */
  readonly settled: RequestClass[];
  ask(file: ServedFile, work?: RequestClass, bytes?: Uint8Array): Promise<number>;
}

/** Asks resolve with the number of detections on the picture, a grey one when left out. */
export async function servingRig(
  options: Partial<ServingOptions> & {
    readonly maxModels?: number;
    readonly memoryMb?: number;
  } = {},
): Promise<ServingRig> {
  const settled: RequestClass[] = [];
  const grey = await greyJpeg();
  const serving = createServing({
    limits: {
      maxModels: options.maxModels ?? 10,
      memoryBytes: (options.memoryMb ?? 8192) * megabyte,
      gpuBytes: 0,
    },
    instancesOf: () => ({ min: 1, max: 1, policy: 'least-connections' }),
    cores: 2,
    executionsOf: () => [plainExecution],
    onBroken: () => undefined,
    spawn: () => forkWorker(entry, { TALLYWATCH_RESOURCES: path.join(root, 'resources') }),
    isLiveLate: () => false,
    clock: systemClock,
    log: { debug: silent, info: silent, warn: silent, error: silent },
    onPicture: (_file, job) => settled.push(job.work),
    retryMs: 1,
    // A machine that other tests share starts a process in many seconds.
    loadLimitMs: patienceMs,
    minRunLimitMs: patienceMs,
    waitLimitMs: { alert: patienceMs, api: patienceMs, batch: patienceMs },
    ...options,
  });
  return {
    serving,
    settled,
    async ask(file, work = 'api', bytes = grey) {
      const request = { work, sender: work, picture: { bytes }, maxBatchSize: 8 };
      const { result } = await serving.ask(file, request);
      return result.detections.length;
    },
  };
}

/** The detector that comes with the station; `copy` makes it another model with the same network. */
export async function embeddedFile(copy = 1): Promise<ServedFile> {
  const model = await embeddedModel(path.join(root, 'resources'));
  if (model === null) throw new Error('resources/models/embedded is missing');
  const { path: file, card } = model;
  return {
    path: file,
    digest: `copy-${String(copy)}`,
    bytes: 1_000_000,
    card: { ...card, version: `${String(copy)}.0.0` },
  };
}

/** A file that claims to be YOLOX. */
export function madeFile(name: string, bytes: Uint8Array): ServedFile {
  const file = path.join(scratchFolder(), `${name}.onnx`);
  writeFileSync(file, bytes);
  return { path: file, digest: name, bytes: bytes.length, card: { ...yoloxNanoCard, name } };
}

export function greyJpeg(width = 64, height = 48, background = '#808080'): Promise<Buffer> {
  return sharp({ create: { width, height, channels: 3, background } })
    .jpeg()
    .toBuffer();
}

/** The code of the error, or `answered`. */
export async function outcomeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return 'answered';
  } catch (error) {
    return error instanceof StationError ? error.code : String(error);
  }
}
