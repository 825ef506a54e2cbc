/**
 * A job for minutes in a process of its own with low priority: it may break the process down, be cancelled, or go silent.
 */
import os from 'node:os';
import { z } from 'zod';
import { ErrorBody, StationError } from '#contract/error.ts';
import type { Host, ProcessEntry } from './host.ts';

/** What a job's process answers; `result` once, as the last. */
export function jobAnswer<T extends z.ZodType>(result: T) {
  return z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('progress'), share: z.number() }),
    z.object({ kind: z.literal('done'), result }),
    z.object({ kind: z.literal('refused'), error: ErrorBody }),
  ]);
}
export type JobAnswer<T> =
  | { readonly kind: 'progress'; readonly share: number }
  | { readonly kind: 'done'; readonly result: T }
  | { readonly kind: 'refused'; readonly error: ErrorBody };

export interface ChildJob<T> {
  readonly entry: ProcessEntry;
  readonly message: unknown;
  /** Of its answers, see `jobAnswer` */
  readonly answer: z.ZodType<JobAnswer<T>>;
  /** What it does, for messages: `Making the smaller version` */
  readonly name: string;
}

export interface JobContext {
  readonly host: Host;
  readonly signal: AbortSignal;
  readonly onProgress: (share: number) => void;
}

/** Without a sign of life for so long it is given up: one picture takes a few seconds at most. */
const silentMs = 120_000;

/** Rejects with what the job refuses with, MODEL_002 when its process ended, INF_002 when it takes too long, REQ_004. */
export async function runChildJob<T>(
  { entry, message, answer, name }: ChildJob<T>,
  { host, signal, onProgress }: JobContext,
): Promise<T> {
  const child = host.spawnWorker(entry, { TALLYWATCH_RESOURCES: host.paths.resources });
  if (child.pid !== undefined)
    os.setPriority(child.pid, os.constants.priority.PRIORITY_BELOW_NORMAL);
  const result = Promise.withResolvers<T>();
  const late = (): void => result.reject(new StationError('INF_002', `${name} took too long.`));
  let timer = setTimeout(late, silentMs);
  const cancel = (): void => result.reject(new StationError('REQ_004', `${name} was cancelled.`));
  signal.addEventListener('abort', cancel);
  if (signal.aborted) cancel();
  child.onMessage((said) => {
    const parsed = answer.parse(said);
    clearTimeout(timer);
    timer = setTimeout(late, silentMs);
    if (parsed.kind === 'progress') onProgress(parsed.share);
    else if (parsed.kind === 'done') result.resolve(parsed.result);
    else result.reject(StationError.fromBody(parsed.error));
  });
  child.onExit((code) =>
    result.reject(
      new StationError(
        'MODEL_002',
        `The model broke its process down (exit code ${String(code)}).`,
      ),
    ),
  );
  child.post(message);
  try {
    return await result.promise;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', cancel);
    child.kill();
  }
}
