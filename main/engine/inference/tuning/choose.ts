/**
 * The order in which ways of computing are used: the one that carries most cameras first, the plain one last.
 */
import {
  type Execution,
  type ExecutionTrial,
  isOnGpu,
  plainExecution,
} from '#contract/execution.ts';

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
/** With a smaller share of a core for the plain way the clock tells of other work on the machine, and of nothing else. */
const leastCoreShare = 0.5;

/**
 * Pure. What counts is the time of the processor that a picture takes, because a run on several threads takes the cores of
 * several runs. The time on the clock decides where the plain way is too slow for live work, and for graphics cards.
 */
export function chooseOrder(trials: readonly ExecutionTrial[]): Choice {
  const agreeing = trials.filter((trial) => trial.outcome === 'agrees');
  const plain = agreeing.find(({ execution }) => isPlain(execution));
  if (!plain) return { order: [plainExecution], reason: 'The plain way could not be measured.' };
  const isLate = plain.coreMs > lateMs;
  const isByClock = (trial: Agreeing): boolean => isLate || isOnGpu(trial.execution);
  const isBlurred = (trial: Agreeing): boolean =>
    isByClock(trial) && trial.plainCoreMs < leastCoreShare * trial.plainMs;
  const cost = (trial: Agreeing): number =>
    isByClock(trial) ? trial.quickMs / trial.plainMs : trial.coreMs / trial.plainCoreMs;
  const ranked = agreeing
    .filter(
      (trial) => isPlain(trial.execution) || (!isBlurred(trial) && cost(trial) < 1 - leastGain),
    )
    .sort((a, b) => cost(a) - cost(b));
  const order: Execution[] = [];
  for (const { execution } of ranked) {
    if (!order.some(({ provider }) => provider === execution.provider)) order.push(execution);
  }
  // Nothing stands behind the processor: it does not break.
  const upToProcessor = order.slice(0, order.findIndex((each) => !isOnGpu(each)) + 1);
  const last = upToProcessor.at(-1);
  if (last && !isPlain(last)) upToProcessor.push(plainExecution);
  const best = ranked[0] ?? plain;
  const words = [
    reasonOf(best, isByClock(best)),
    ...(agreeing.some((trial) => !isPlain(trial.execution) && isBlurred(trial)) ? [tooBusy] : []),
  ];
  return { order: upToProcessor, reason: words.join(' ') };
}

const tooBusy =
  'This PC was too busy to compare ways by the clock: tune again when it has less to do.';

function reasonOf(best: Agreeing, isByClock: boolean): string {
  if (isPlain(best.execution)) {
    return `No other way that finds the same boxes is better by ${String(100 * leastGain)} % than the plain one.`;
  }
  const instead = (own: number, plain: number): string =>
    `${own.toFixed(1)} ms a picture instead of ${plain.toFixed(1)} ms`;
  return isByClock
    ? `${instead(best.quickMs, best.plainMs)} on the clock.`
    : `${instead(best.coreMs, best.plainCoreMs)} of the processor.`;
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
