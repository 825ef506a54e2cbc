/**
 * The station's side of one instance: a process with one model loaded that answers one run after the other.
 *
 * A run that gets no answer is ended with its process: a wedged native call cannot be stopped otherwise.
 */
import { ErrorBody, StationError } from '#contract/error.ts';
import type { Execution } from '#contract/execution.ts';
import type { ServingInstance } from '#contract/inference.ts';
import type { ModelCard } from '#contract/model.ts';
import { assert } from '#engine/base/assert.ts';
import type { Clock } from '#engine/base/clock.ts';
import type { ChildProcessHandle } from '#engine/host.ts';
import type { BrokenWay } from '#engine/inference/inference-protocol.ts';
import type {
  FromInstance,
  PictureResult,
  RunPicture,
  RunTimings,
  ToInstance,
} from './serving-protocol.ts';

/** A model as an instance needs it. */
export interface ServedFile {
  /** Absolute path of the ONNX file */
  readonly path: string;
  readonly digest: string;
  readonly card: ModelCard;
  readonly bytes: number;
}

export interface InstanceOptions {
  readonly id: string;
  readonly model: ServedFile;
  /** How it computes; the next where one breaks */
  readonly executions: readonly [Execution, ...Execution[]];
  /** Another provider computes now; null: the chosen one again */
  readonly onBroken: (broken: BrokenWay | null) => void;
  readonly loadLimitMs: number;
  readonly maxMemoryBytes: number;
  /** How long a run may take before its process is ended, ms; asked at each look */
  readonly runLimitMs: () => number;
}

export interface InstanceDeps {
  /** Starts main/workers/serving in a process. */
  readonly spawn: () => ChildProcessHandle;
  readonly clock: Clock;
}

export interface RunAnswer {
  readonly results: readonly PictureResult[];
  readonly timings: RunTimings;
}

export interface Instance {
  readonly id: string;
  /** Resolves when the model is loaded and warm. Rejects with MODEL_002, MODEL_003, INF_002, INF_004, RES_001 or SYS_004. */
  readonly ready: Promise<{ readonly batchSize: number | null }>;
  /** Resolves when the process has ended: null after `close`, the reason otherwise. Its runs have been rejected before. */
  readonly ended: Promise<StationError | null>;
  /** Rejects with INF_002 when it took too long, SYS_001 when the process ended, RES_001 when it took too much memory. */
  run(pictures: readonly RunPicture[]): Promise<RunAnswer>;
  /** Runs one grey picture. Rejects as `run`, or with why the model does not work now. */
  check(): Promise<void>;
  /** Whether it takes runs. */
  isReady(): boolean;
  /** Runs that it was given and has not answered. */
  runs(): number;
  rssBytes(): number;
  status(): Omit<ServingInstance, 'breaker'>;
  /** Ends it after the runs it has; at once when `graceMs` is over. */
  close(graceMs: number): Promise<void>;
}

interface OpenRun {
  readonly pictures: number;
  readonly resolve: (answer: RunAnswer) => void;
  readonly reject: (error: StationError) => void;
}

const lookEveryMs = 250;
/** Exit code of a process that its own memory guard ended */
const killed = 137;

/** Starts the process and loads the model. */
export function startInstance(options: InstanceOptions, { spawn, clock }: InstanceDeps): Instance {
  const { model, executions } = options;
  let { provider } = executions[0];
  const ready = Promise.withResolvers<{ batchSize: number | null }>();
  const ended = Promise.withResolvers<StationError | null>();
  ready.promise.catch(() => undefined); // whoever awaits it gets the error; nobody has to
  const open = new Map<number, OpenRun>();
  let state: ServingInstance['state'] = 'loading';
  let reason: StationError | null = null;
  let isClosing = false;
  let rssBytes = 0;
  let runIds = 0;
  let heardMs = clock.monotonicMs();

  const child = spawn();
  child.onMessage((message) => receive(message as FromInstance));
  child.onExit((code) => end(code));
  child.post({
    kind: 'load',
    path: model.path,
    card: model.card,
    executions: [...executions],
    maxMemoryBytes: options.maxMemoryBytes,
  });
  const watch = setInterval(look, lookEveryMs);
  watch.unref();

  function receive(message: FromInstance): void {
    heardMs = clock.monotonicMs();
    switch (message.kind) {
      case 'ready':
        if (state !== 'loading') return;
        state = 'ready';
        rssBytes = message.rssBytes;
        ready.resolve({ batchSize: message.batchSize });
        return;
      case 'failed':
        fail(StationError.fromBody(ErrorBody.parse(message.error)));
        return;
      case 'broken':
        provider = message.broken?.instead ?? executions[0].provider;
        options.onBroken(message.broken);
        return;
      case 'done': {
        rssBytes = message.rssBytes;
        const run = open.get(message.runId);
        assert(run !== undefined, 'an answer without a run');
        open.delete(message.runId);
        run.resolve({ results: message.results, timings: message.timings });
        return;
      }
    }
  }

  /** Ends the process for a reason that is told to everybody who waits. */
  function fail(error: StationError): void {
    reason ??= error;
    child.kill();
  }

  function look(): void {
    const silentMs = clock.monotonicMs() - heardMs;
    if (state === 'loading' && silentMs > options.loadLimitMs) {
      const seconds = String(options.loadLimitMs / 1000);
      fail(
        new StationError(
          'INF_002',
          `${nameOf(model)} was not loaded within ${seconds} s. Use a smaller model or a faster disk.`,
        ),
      );
    } else if (open.size > 0 && silentMs > options.runLimitMs()) {
      fail(
        new StationError(
          'INF_002',
          `${nameOf(model)} gave no answer for ${String(Math.round(silentMs))} ms; its process was ended.`,
        ),
      );
    }
  }

  function end(code: number): void {
    clearInterval(watch);
    if (reason === null && !isClosing) reason = endedBy(code, { ...options, state });
    state = 'ended';
    const error = reason ?? new StationError('SYS_001', `${nameOf(model)} was let go.`);
    ready.reject(error);
    for (const run of open.values()) run.reject(error);
    open.clear();
    ended.resolve(reason);
  }

  function ask(question: (runId: number) => ToInstance, pictures: number): Promise<RunAnswer> {
    if (state !== 'ready' || isClosing) {
      return Promise.reject(reason ?? new StationError('SYS_001', `${nameOf(model)} was let go.`));
    }
    // Silence is counted from the moment there is something to answer.
    if (open.size === 0) heardMs = clock.monotonicMs();
    const answer = Promise.withResolvers<RunAnswer>();
    const runId = ++runIds;
    open.set(runId, { pictures, ...answer });
    child.post(question(runId));
    return answer.promise;
  }

  return {
    id: options.id,
    ready: ready.promise,
    ended: ended.promise,
    run: (pictures) => ask((runId) => ({ kind: 'run', runId, pictures }), pictures.length),
    async check() {
      const { results } = await ask((runId) => ({ kind: 'check', runId }), 0);
      const [failure] = results.flatMap(({ error }) => error ?? []);
      if (failure) throw StationError.fromBody(failure);
    },
    isReady: () => state === 'ready' && !isClosing,
    runs: () => open.size,
    rssBytes: () => (state === 'ended' ? 0 : rssBytes),
    status: () => ({
      id: options.id,
      pid: state === 'ended' ? null : (child.pid ?? null),
      state,
      provider,
      inFlight: [...open.values()].reduce((sum, run) => sum + run.pictures, 0),
      rssBytes: state === 'ended' ? 0 : rssBytes,
    }),
    async close(graceMs) {
      isClosing = true;
      if (state === 'ended') return;
      if (state === 'loading') child.kill();
      else child.post({ kind: 'close' });
      const late = setTimeout(() => child.kill(), graceMs);
      await ended.promise;
      clearTimeout(late);
    },
  };
}

function endedBy(
  code: number,
  { model, maxMemoryBytes, state }: InstanceOptions & { state: ServingInstance['state'] },
): StationError {
  const megabytes = String(Math.round(maxMemoryBytes / 1024 ** 2));
  if (code === killed && state === 'loading') {
    return new StationError(
      'RES_001',
      `${nameOf(model)} needs more than the ${megabytes} MB of memory that are left. Use a smaller model or raise servingMemoryMb.`,
    );
  }
  const how = code === killed ? 'was killed' : `ended with code ${String(code)}`;
  return new StationError('SYS_001', `The process of ${nameOf(model)} ${how}.`);
}

/** `name@version` of a model. */
export function nameOf({ card }: Pick<ServedFile, 'card'>): string {
  return `${card.name}@${card.version}`;
}
