/**
 * The order in which ways of computing are used: the one that carries most cameras first, the plain one last.
 */
import { type Execution, type ExecutionTrial, plainExecution } from '#contract/execution.ts';
import { isOnGpu } from './candidates.ts';

type Agreeing = Extract<ExecutionTrial, { readonly outcome: 'agrees' }>;

export interface Choice {
  readonly order: Execution[];
  /** A sentence */
  readonly reason: string;
}

/** A camera has one frame in flight: a run that takes longer makes the count late (SERVING.md). */
const lateMs = 100;
/** Less than this is noise of the measurement. */
const leastGain = 0.05;

/**
 * Pure. A run on several threads takes the cores of several runs, so what counts is the time of the cores that a picture takes,
 * as long as the plain way is quick enough for live work; otherwise its time on the clock.
 */
export function chooseOrder(trials: readonly ExecutionTrial[]): Choice {
  const agreeing = trials.filter((trial) => trial.outcome === 'agrees');
  const plain = agreeing.find(({ execution }) => isPlain(execution));
  if (!plain) return { order: [plainExecution], reason: 'The plain way could not be measured.' };
  const isLate = plain.quickMs > lateMs;
  const cost = (trial: Agreeing): number =>
    (trial.quickMs / trial.plainMs) * (isLate ? 1 : coresOf(trial.execution));
  const ranked = agreeing
    .filter((trial) => isPlain(trial.execution) || cost(trial) < 1 - leastGain)
    .sort((a, b) => cost(a) - cost(b));
  const order: Execution[] = [];
  for (const { execution } of ranked) {
    if (!order.some(({ provider }) => provider === execution.provider)) order.push(execution);
  }
  // Nothing stands behind the processor: it does not break.
  const upToProcessor = order.slice(0, order.findIndex((each) => !isOnGpu(each)) + 1);
  const last = upToProcessor.at(-1);
  if (last && !isPlain(last)) upToProcessor.push(plainExecution);
  return { order: upToProcessor, reason: reasonOf(ranked[0] ?? plain, isLate) };
}

function reasonOf(best: Agreeing, isLate: boolean): string {
  if (isPlain(best.execution)) {
    return `No other way that finds the same boxes is better by ${String(100 * leastGain)} % than the plain one.`;
  }
  const times = `${best.quickMs.toFixed(1)} ms a picture instead of ${best.plainMs.toFixed(1)} ms`;
  return isLate
    ? `${times}: one thread is too slow for live pictures, so the time on the clock decides.`
    : `${times}: it takes the least time of the cores for a picture.`;
}

function coresOf(execution: Execution): number {
  return isOnGpu(execution) ? 1 : execution.intraOpThreads;
}

/** Whether two ways are the same. */
export function isSameWay(a: Execution, b: Execution): boolean {
  return (
    a.provider === b.provider &&
    a.intraOpThreads === b.intraOpThreads &&
    a.graphLevel === b.graphLevel &&
    a.hasArena === b.hasArena &&
    a.batch === b.batch
  );
}

function isPlain(execution: Execution): boolean {
  return isSameWay(execution, plainExecution);
}
