/**
 * What the machine can do without us, all cores busy: ms of one core for one inference and for decoding one frame.
 */
import { spawn } from 'node:child_process';
import os from 'node:os';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { WorkerModel } from '#engine/worker-protocol.ts';

export interface BareSpeed {
  /** ms that one `session.run` takes on each core while all cores run it */
  readonly inferenceMs: number;
  /** ms of CPU that ffmpeg needs to decode and scale one frame, all cores decoding */
  readonly decodeMs: number;
  /** Frames per second if all cores did nothing but these two */
  readonly limitFps: number;
}

const entry = path.resolve(import.meta.dirname, 'bare-inference-thread.ts');
const warmUpRuns = 10;
const measureMs = 2_000;

/** Measures now; a machine that is shared is not the same a minute later, so measure before and after what is compared. */
export async function measureBareSpeed(
  model: WorkerModel,
  clip: string,
  cores: number,
): Promise<BareSpeed> {
  const inferenceMs = await measureInference(model, cores);
  const all = await Promise.all(Array.from({ length: cores }, () => measureDecode(clip, model)));
  const decodeMs = mean(all);
  return { inferenceMs, decodeMs, limitFps: (cores * 1000) / (inferenceMs + decodeMs) };
}

/** One thread on each core, started together. */
async function measureInference({ path: file, card }: WorkerModel, cores: number): Promise<number> {
  const { width, height } = card.input;
  const workerData = { file, width, height, warmUpRuns, measureMs };
  const threads = Array.from({ length: cores }, () => new Worker(entry, { workerData }));
  await Promise.all(threads.map((thread) => answer(thread)));
  const results = threads.map((thread) => answer(thread) as Promise<Result>);
  for (const thread of threads) thread.postMessage('go');
  return mean((await Promise.all(results)).map(({ runs, elapsedMs }) => elapsedMs / runs));
}

interface Result {
  readonly runs: number;
  readonly elapsedMs: number;
}

function answer(thread: Worker): Promise<unknown> {
  return new Promise((resolve, reject) => {
    thread.once('message', resolve);
    thread.once('error', reject);
  });
}

/** Writes the frames nowhere. */
async function measureDecode(clip: string, { card }: WorkerModel): Promise<number> {
  const args = [
    ...['-v', 'error', '-nostdin', '-benchmark', '-threads', '1', '-i', clip],
    ...['-vf', `scale=${String(card.input.width)}:-2:flags=bilinear`, '-pix_fmt', 'gbrp'],
    ...['-f', 'rawvideo', '-y', os.devNull, '-loglevel', 'info'],
  ];
  const child = spawn('ffmpeg', args, { stdio: ['ignore', 'ignore', 'pipe'] });
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

/** The mean of some measurements. */
export function meanSpeed(speeds: readonly BareSpeed[]): BareSpeed {
  return {
    inferenceMs: mean(speeds.map((speed) => speed.inferenceMs)),
    decodeMs: mean(speeds.map((speed) => speed.decodeMs)),
    limitFps: mean(speeds.map((speed) => speed.limitFps)),
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
