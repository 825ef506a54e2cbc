/**
 * Makes a variant in a process of its own with low priority: it takes minutes, and a model may break the process down.
 */
import os from 'node:os';
import { z } from 'zod';
import { ErrorBody, StationError } from '#contract/error.ts';
import { VariantReport } from '#contract/variant.ts';
import type { Host } from './host.ts';
import type { VariantJob } from './make-variant.ts';

export const VariantAnswer = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('progress'), share: z.number() }),
  z.object({ kind: z.literal('made'), report: VariantReport }),
  z.object({ kind: z.literal('refused'), error: ErrorBody }),
]);
export type VariantAnswer = z.infer<typeof VariantAnswer>;

/** Without a sign of life for so long it is given up: one picture takes a few seconds at most. */
const silentMs = 120_000;

/** Rejects as `makeVariant`, with INF_002 when it takes too long, REQ_004 when it was cancelled. */
export async function makeVariantElsewhere(
  job: VariantJob,
  {
    host,
    signal,
    onProgress,
  }: {
    readonly host: Host;
    readonly signal: AbortSignal;
    readonly onProgress: (share: number) => void;
  },
): Promise<VariantReport> {
  const child = host.spawnWorker('variant', { TALLYWATCH_RESOURCES: host.paths.resources });
  if (child.pid !== undefined)
    os.setPriority(child.pid, os.constants.priority.PRIORITY_BELOW_NORMAL);
  const answer = Promise.withResolvers<VariantReport>();
  const late = (): void =>
    answer.reject(new StationError('INF_002', 'Making the smaller version took too long.'));
  let timer = setTimeout(late, silentMs);
  const cancel = (): void =>
    answer.reject(new StationError('REQ_004', 'Making the smaller version was cancelled.'));
  signal.addEventListener('abort', cancel);
  child.onMessage((message) => {
    const parsed = VariantAnswer.parse(message);
    clearTimeout(timer);
    timer = setTimeout(late, silentMs);
    if (parsed.kind === 'progress') onProgress(parsed.share);
    else if (parsed.kind === 'made') answer.resolve(parsed.report);
    else answer.reject(StationError.fromBody(parsed.error));
  });
  child.onExit((code) =>
    answer.reject(
      new StationError(
        'MODEL_002',
        `The model broke its process down (exit code ${String(code)}).`,
      ),
    ),
  );
  child.post(job);
  try {
    return await answer.promise;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', cancel);
    child.kill();
  }
}
