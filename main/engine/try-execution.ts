/**
 * Tries one way of computing a model: what it finds beside the plain way on the same pictures, and how long it takes. It may
 * end the process that it runs in, as drivers do, so it runs in one of its own (workers/tuning.ts).
 */
import type { Detection } from '#contract/detection.ts';
import { StationError } from '#contract/error.ts';
import { type Execution, type ExecutionTrial, plainExecution } from '#contract/execution.ts';
import type { ModelCard } from '#contract/model.ts';
import type { Clock } from './base/clock.ts';
import { quantile } from './base/quantile.ts';
import { readPicture } from './base/read-picture.ts';
import { compareWays, judgeParity } from './execution-parity.ts';
import { analysisSize } from './inference/fit.ts';
import type { Picture } from './inference/preprocess.ts';
import { probeProvider } from './inference/providers.ts';
import { createSession, type Session } from './inference/session.ts';

export interface ExecutionJob {
  readonly file: string;
  readonly card: ModelCard;
  /** Paths of pictures of the site */
  readonly pictures: readonly string[];
  readonly execution: Execution;
  /** What the plain way finds on each picture; null when this is the plain way */
  readonly plain: readonly (readonly Detection[])[] | null;
}

export interface ExecutionResult {
  readonly trial: ExecutionTrial;
  /** What it finds on each picture */
  readonly found: Detection[][];
}

/** The two take turns for so long, over all pictures at least once and at most three times. */
const turnsMs = 8_000;
const mostRounds = 3;
/** Turns of the plain way that are taken however long they last. */
const leastTurns = 5;
/** Nine of ten runs take longer: what the machine can do while it does nothing else. */
const quickShare = 0.1;

/** Rejects with what loading and running throw: SYS_004 where this machine does not have the provider. */
export async function tryExecution(
  { file, card, pictures, execution, plain }: ExecutionJob,
  { clock, onProgress }: { readonly clock: Clock; readonly onProgress: (share: number) => void },
): Promise<ExecutionResult> {
  const { provider } = execution;
  if (provider !== 'cpu') {
    const { works, reason } = await probeProvider(provider);
    if (!works) throw new StationError('SYS_004', reason);
  }
  const open = (way: Execution): Promise<Session> =>
    createSession({ model: file, card, ...way, isPadded: true });
  const read: Picture[] = [];
  for (const each of pictures) {
    read.push(await readPicture(each, (size) => analysisSize(size, card)));
  }
  const tried = await open(execution);
  const reference = plain === null ? null : await open(plainExecution);
  try {
    if (execution.batch > 1 && tried.batchSize !== null) throw notInBatches(tried.batchSize);
    await tried.run(read.slice(0, execution.batch));
    const found: Detection[][] = [];
    const own = createStopwatch(clock);
    const plainly = createStopwatch(clock);
    const startedMs = clock.monotonicMs();
    const isInTime = (): boolean => clock.monotonicMs() - startedMs < turnsMs;
    for (let round = 0; round < mostRounds && (round === 0 || isInTime()); round++) {
      for (let from = 0; from < read.length; from += execution.batch) {
        const chunk = read.slice(from, from + execution.batch);
        const { detections } = await own.time(chunk.length, () => tried.run(chunk));
        if (round === 0) found.push(...detections.map((seen) => seen.map(plainDetection)));
        if (reference !== null && (plainly.count() < leastTurns || isInTime())) {
          for (const picture of chunk) await plainly.time(1, () => reference.run([picture]));
        }
        onProgress(found.length / read.length);
      }
    }
    const { quickMs, medianMs, coreMs } = own.figures();
    const beside = reference === null ? own.figures() : plainly.figures();
    const times = { quickMs, medianMs, coreMs };
    const plainTimes = { plainMs: beside.quickMs, plainCoreMs: beside.coreMs };
    const parity = compareWays(plain ?? found, found);
    const reason = judgeParity(parity);
    const figures = { execution, ...times, ...plainTimes, parity };
    // The plain way agrees with itself, however little there is to be seen.
    const trial: ExecutionTrial =
      reason === null || plain === null
        ? { outcome: 'agrees', ...figures }
        : { outcome: 'differs', ...figures, reason };
    return { trial, found };
  } finally {
    await tried.close();
    await reference?.close();
  }
}

interface Stopwatch {
  /** Times work on so many pictures. */
  time<T>(pictures: number, work: () => Promise<T>): Promise<T>;
  count(): number;
  /** Per picture */
  figures(): { readonly quickMs: number; readonly medianMs: number; readonly coreMs: number };
}

function createStopwatch(clock: Clock): Stopwatch {
  const clockMs: number[] = [];
  const coreMs: number[] = [];
  return {
    async time(pictures, work) {
      const startedMs = clock.monotonicMs();
      const cpu = process.cpuUsage();
      const result = await work();
      const { user, system } = process.cpuUsage(cpu);
      clockMs.push((clock.monotonicMs() - startedMs) / pictures);
      coreMs.push((user + system) / 1000 / pictures);
      return result;
    },
    count: () => clockMs.length,
    figures: () => ({
      quickMs: quantile(clockMs, quickShare),
      medianMs: quantile(clockMs, 0.5),
      coreMs: quantile(coreMs, 0.5),
    }),
  };
}

/** Without what is only needed for tracking. */
function plainDetection({ box, score, label }: Detection): Detection {
  return { box, score, label };
}

function notInBatches(batchSize: number): StationError {
  return new StationError(
    'MODEL_003',
    `The network takes exactly ${String(batchSize)} picture(s) in a run.`,
  );
}
