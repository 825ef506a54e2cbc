/**
 * Opens a source once and says what it is.
 */
import { stat } from 'node:fs/promises';
import type { CameraSettings, SourceProbe } from '#contract/camera.ts';
import { StationError } from '#contract/error.ts';
import { CaptureError, describeFailure, describeNoStart } from './failure.ts';
import { probeArgs, stillArgs } from './ffmpeg-args.ts';
import { inputList, type InputPlan } from './ffmpeg-input.ts';
import type { FfmpegTools } from './ffmpeg-locate.ts';
import { type FfmpegResult, runToEnd } from './ffmpeg-process.ts';
import { jpegSize } from './jpeg-parts.ts';
import { createRedactor } from './redact.ts';
import { probeSimulated } from './simulated/probe-simulated.ts';

import { type SourceFacts, factsFromLines, factsFromProbe } from './source-facts.ts';
import { parseSource, type StreamSource } from './source.ts';

export interface ProbeOptions {
  readonly transport: CameraSettings['transport'];
  readonly ffmpeg: () => Promise<FfmpegTools>;
  /** Mark of the processes, by which orphans are found */
  readonly owner: string;
  readonly signal?: AbortSignal;
}

/** For the whole test of a source, still picture included */
const probeMs = 15_000;
const stillWidth = 960;

/**
 * Opens a source and takes a still picture of it, within 15 s; every process is ended afterwards.
 * @throws StationError CAM_001 to CAM_005, REQ_004 when `signal` ends it
 */
export async function probeSource(address: string, options: ProbeOptions): Promise<SourceProbe> {
  const source = parseSource(address);
  if (source.kind === 'simulated') return probeSimulated(source.url);
  const plan: InputPlan = { source, transport: options.transport };
  await checkFile(source);
  const tools = await options.ffmpeg();
  const run = {
    path: tools.path,
    args: stillArgs(plan, stillWidth),
    inputList: inputList(plan),
    owner: options.owner,
    clean: createRedactor(address),
  };
  const result = await runToEnd(run, probeMs, options.signal);
  if (options.signal?.aborted === true) {
    throw new StationError('REQ_004', 'The test of the source was cancelled.');
  }
  const facts = factsFromLines(result.lines);
  if (!facts || !jpegSize(result.output)) throw failureOf(source, result, probeMs);
  return {
    picture: facts.picture,
    fps: facts.fps,
    codec: facts.codec,
    stillJpeg: result.output.toString('base64'),
  };
}

export interface FactsOptions {
  readonly tools: FfmpegTools;
  readonly owner: string;
  readonly clean: (text: string) => string;
  readonly limitMs: number;
  readonly signal: AbortSignal;
}

/** What a source is, without a picture of it. Rejects with a StationError. */
export async function probeFacts(plan: InputPlan, options: FactsOptions): Promise<SourceFacts> {
  await checkFile(plan.source);
  const { tools, owner, clean, limitMs, signal } = options;
  const hasProbe = tools.ffprobePath !== null;
  const run = {
    path: tools.ffprobePath ?? tools.path,
    args: hasProbe ? probeArgs(plan) : stillArgs(plan, stillWidth),
    inputList: inputList(plan),
    owner,
    clean,
  };
  const result = await runToEnd(run, limitMs, signal);
  const facts = hasProbe
    ? factsFromProbe(result.output.toString('utf8'))
    : factsFromLines(result.lines);
  if (facts) return facts;
  if (hasProbe && result.code === 0) {
    const none = { ...result, lines: ['[error] matches no streams'] };
    throw failureOf(plan.source, none, limitMs);
  }
  throw failureOf(plan.source, result, limitMs);
}

/** Says at once that a file is not there, in words that do not depend on ffmpeg's. */
export async function checkFile(source: StreamSource): Promise<void> {
  if (source.kind !== 'file') return;
  const entry = await stat(source.path).catch((error: unknown) => error);
  const isDirectory =
    !(entry instanceof Error) && (entry as { isDirectory(): boolean }).isDirectory();
  if (!(entry instanceof Error) && !isDirectory) return;
  const line = isDirectory ? 'Invalid data found' : (entry as Error).message;
  throw new CaptureError(
    describeFailure({ source, lines: [nodeMessage(line)], hadPictures: false }),
  );
}

/** Node writes the same causes in its own words. */
function nodeMessage(message: string): string {
  if (message.startsWith('ENOENT') || message.startsWith('ENOTDIR')) {
    return 'No such file or directory';
  }
  return message.startsWith('EACCES') ? 'Permission denied' : message;
}

function failureOf(source: StreamSource, result: FfmpegResult, limitMs: number): StationError {
  // ended by the caller before its time, or by us when it was up
  if (result.isEnded) return new CaptureError(describeNoStart(source, limitMs / 1000));
  return new CaptureError(describeFailure({ source, lines: result.lines, hadPictures: false }));
}
