/**
 * Measures the ways of computing a model on this machine, each in a process of its own, because a driver may end it.
 */
import { z } from 'zod';
import { Detection } from '#contract/detection.ts';
import { StationError } from '#contract/error.ts';
import { type Execution, ExecutionTrial, isOnGpu, type Tuning } from '#contract/execution.ts';
import type { ModelCard } from '#contract/model.ts';
import { jobAnswer, runChildJob } from './child-job.ts';
import type { Host } from './host.ts';
import { candidates } from './inference/tuning/candidates.ts';
import { chooseOrder } from './inference/tuning/choose.ts';
import type { ExecutionJob, ExecutionResult } from './try-execution.ts';

export const TuningAnswer = jobAnswer(
  z.object({ trial: ExecutionTrial, found: z.array(z.array(Detection)) }),
);
export type TuningAnswer = z.infer<typeof TuningAnswer>;

export interface TuneContext {
  readonly host: Host;
  readonly cores: number;
  /** Providers that ONNX Runtime was built with; empty when nobody has asked it yet */
  readonly listed: readonly string[];
  readonly signal: AbortSignal;
  /** 0…1, and the provider that is tried */
  readonly onProgress: (share: number, provider: string) => void;
}

export type Measured = Pick<Tuning, 'trials' | 'order' | 'reason'>;

/** Rejects as the plain way does, with REQ_004 when it was cancelled. What fails in another way is a trial of it. */
export async function tuneModel(
  model: { readonly file: string; readonly card: ModelCard; readonly pictures: readonly string[] },
  context: TuneContext,
): Promise<Measured> {
  const ways = candidates(context.cores);
  const trials: ExecutionTrial[] = [];
  let plain: ExecutionResult['found'] | null = null;
  for (const [index, execution] of ways.entries()) {
    const isOut = trials.some(
      ({ outcome, execution: { provider } }) =>
        outcome === 'unusable' && provider === execution.provider && isOnGpu(execution),
    );
    if (isOut) continue;
    const onProgress = (share: number): void =>
      context.onProgress((index + share) / ways.length, execution.provider);
    onProgress(0);
    const outcome: ExecutionResult | StationError = await tryElsewhere(
      { ...model, execution, plain },
      { ...context, onProgress },
    ).catch((error: unknown) => StationError.from(error, 'INF_001'));
    if (!(outcome instanceof StationError)) {
      plain ??= outcome.found;
      trials.push(outcome.trial);
    } else if (outcome.code === 'REQ_004' || plain === null) {
      throw outcome;
    } else {
      trials.push({ outcome: 'unusable', execution, error: outcome.toBody() });
    }
  }
  return { trials, ...chooseOrder(trials) };
}

function tryElsewhere(
  job: ExecutionJob,
  context: Omit<TuneContext, 'onProgress'> & { readonly onProgress: (share: number) => void },
): Promise<ExecutionResult> {
  const missing = notListed(job.execution, context.listed);
  if (missing !== null) return Promise.reject(missing);
  return runChildJob(
    { entry: 'tuning', message: job, answer: TuningAnswer, name: 'Trying a provider' },
    context,
  );
}

function notListed({ provider }: Execution, listed: readonly string[]): StationError | null {
  if (listed.length === 0 || listed.includes(provider)) return null;
  return new StationError(
    'SYS_004',
    `ONNX Runtime was built without ${provider} for this operating system.`,
  );
}
