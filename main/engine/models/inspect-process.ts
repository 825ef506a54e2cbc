/**
 * Inspects a model file in a process of its own, with a limit of time and of memory: whatever the file does, the station
 * lives on.
 */
import { z } from 'zod';
import { ErrorBody, StationError } from '#contract/error.ts';
import type { ChildProcessHandle } from '#engine/host.ts';
import { InspectRequest, Inspection } from './inspect.ts';

/** What the process is asked, once. */
export const InspectCommand = z.object({
  request: InspectRequest,
  /** The process ends itself when it uses more than this */
  maxMemoryBytes: z.number().int().positive(),
});
export type InspectCommand = z.infer<typeof InspectCommand>;

/** What it answers: `alive` after each step, then once one of the others. */
export const InspectAnswer = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('alive') }),
  z.object({ kind: z.literal('inspected'), inspection: Inspection }),
  z.object({ kind: z.literal('refused'), error: ErrorBody }),
]);
export type InspectAnswer = z.infer<typeof InspectAnswer>;

export interface InspectLimits {
  /** Without an answer or a sign of life */
  readonly timeoutMs: number;
  readonly maxMemoryBytes: number;
}

export const defaultInspectLimits: InspectLimits = {
  timeoutMs: 60_000,
  maxMemoryBytes: 3 * 1024 ** 3,
};

/** Exit code of a process that was ended by SIGKILL: by its own guard, or by a system that is out of memory. */
const KILLED = 137;

export interface InspectDeps {
  /** Starts main/workers/inspect in a process */
  readonly spawn: () => ChildProcessHandle;
  readonly limits?: InspectLimits;
  /** Ends the process */
  readonly signal?: AbortSignal;
}

/**
 * Inspects a file as `inspectModel` does. Throws also INF_002 when it takes longer than the limit, RES_001 when it takes
 * more memory, MODEL_002 when it brings its process down.
 */
export async function inspectInProcess(
  request: InspectRequest,
  deps: InspectDeps,
): Promise<Inspection> {
  const { timeoutMs, maxMemoryBytes } = deps.limits ?? defaultInspectLimits;
  const child = deps.spawn();
  const answer = Promise.withResolvers<Inspection>();
  const giveUp = (): void =>
    answer.reject(
      new StationError(
        'INF_002',
        `The model did not answer within ${timeoutMs / 1000} s and was given up. Use a smaller model, or try again when this PC has less to do.`,
      ),
    );
  let timer = setTimeout(giveUp, timeoutMs);
  const cancel = (): void =>
    answer.reject(new StationError('REQ_004', 'Looking at the model was cancelled.'));
  deps.signal?.addEventListener('abort', cancel);
  child.onMessage((message) => {
    const parsed = InspectAnswer.safeParse(message);
    if (!parsed.success) answer.reject(brokeDown('it answered in a way that cannot be read'));
    else if (parsed.data.kind === 'alive') {
      clearTimeout(timer);
      timer = setTimeout(giveUp, timeoutMs);
    } else if (parsed.data.kind === 'inspected') answer.resolve(parsed.data.inspection);
    else answer.reject(StationError.fromBody(parsed.data.error));
  });
  child.onExit((code) => {
    answer.reject(
      code === KILLED
        ? outOfMemory(maxMemoryBytes)
        : brokeDown(`its process ended with code ${code}`),
    );
  });
  const command: InspectCommand = { request, maxMemoryBytes };
  child.post(command);
  try {
    return await answer.promise;
  } finally {
    clearTimeout(timer);
    deps.signal?.removeEventListener('abort', cancel);
    child.kill();
  }
}

function outOfMemory(maxMemoryBytes: number): StationError {
  const megabytes = Math.round(maxMemoryBytes / 1024 ** 2);
  return new StationError(
    'RES_001',
    `The model needs more than ${megabytes} MB of memory and was given up. Use a smaller model.`,
  );
}

function brokeDown(detail: string): StationError {
  return new StationError(
    'MODEL_002',
    `The model broke down while it was inspected: ${detail}. Export it again, or use another one.`,
  );
}
