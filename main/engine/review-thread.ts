/**
 * The review thread seen from the station: started when somebody asks, ended when nobody has asked for a while, so that no question
 * about the past holds up the present, or its memory.
 */
import { Worker } from 'node:worker_threads';
import { StationError } from '#contract/error.ts';
import type { Logger } from './base/log.ts';
import type {
  FromReview,
  QuestionInput,
  QuestionName,
  QuestionOutput,
  ToReview,
} from './review-protocol.ts';

export interface ReviewThread {
  /** Rejects with REQ_004 when the signal aborts, else with the StationError of the question. */
  ask<N extends QuestionName>(
    name: N,
    input: QuestionInput<N>,
    signal: AbortSignal,
  ): Promise<QuestionOutput<N>>;
  close(): Promise<void>;
}

export interface ReviewThreadOptions {
  /** Path of the thread entry */
  readonly entry: string;
  /** The data folder */
  readonly folder: string;
  readonly log: Logger;
  /** Ends when nothing was asked for so long, ms */
  readonly idleMs?: IdleTimes;
}

interface IdleTimes {
  /** After a what-if: longer than it keeps the day that was asked about */
  readonly whatIf: number;
  /** After anything else: longer than between two looks at a line that is being drawn */
  readonly others: number;
}

const usualIdleMs: IdleTimes = { whatIf: 360_000, others: 60_000 };

interface Life {
  readonly worker: Worker;
  readonly waiting: Map<number, PromiseWithResolvers<unknown>>;
  readonly ended: Promise<undefined>;
}

export function createReviewThread(options: ReviewThreadOptions): ReviewThread {
  const { entry, folder, log, idleMs = usualIdleMs } = options;
  let life: Life | null = null;
  let idle: NodeJS.Timeout | undefined;
  let idleFromMs = 0;
  /** Those that were told to end */
  const ending = new Set<Promise<undefined>>();
  let nextId = 1;
  let isClosing = false;

  function start(): Life {
    const worker = new Worker(entry, { workerData: { folder } });
    const waiting: Life['waiting'] = new Map();
    const ended = Promise.withResolvers<undefined>();
    worker.on('message', (message: FromReview) => {
      const asked = waiting.get(message.id);
      waiting.delete(message.id);
      if (message.kind === 'answer') asked?.resolve(message.output);
      else asked?.reject(StationError.fromBody(message.error));
    });
    worker.on('error', (error) => log.error('review thread failed', { error: String(error) }));
    worker.on('exit', () => {
      const gone = new StationError(
        'SYS_001',
        'The thread that looks at the past ended. Ask again.',
      );
      for (const asked of waiting.values()) asked.reject(gone);
      waiting.clear();
      if (life === own) life = null;
      ending.delete(own.ended);
      ended.resolve(undefined);
    });
    const own = { worker, waiting, ended: ended.promise };
    return own;
  }

  /** Whoever asks from now on asks another thread. */
  function end(): void {
    clearTimeout(idle);
    idleFromMs = 0;
    if (life === null) return;
    ending.add(life.ended);
    life.worker.postMessage({ kind: 'close' } satisfies ToReview);
    life = null;
  }

  /** A day that is kept for one question is not given up for the next. */
  function restSoon(of: Life, asked: QuestionName): void {
    clearTimeout(idle);
    const nowMs = performance.now();
    const afterMs = asked === 'whatIf' ? idleMs.whatIf : idleMs.others;
    idleFromMs = Math.max(idleFromMs, nowMs + afterMs);
    idle = setTimeout(() => {
      if (of === life && of.waiting.size === 0) end();
    }, idleFromMs - nowMs).unref();
  }

  return {
    async ask(name, input, signal) {
      if (isClosing) throw new StationError('SYS_001', 'The station is stopping.');
      life ??= start();
      const own = life;
      const id = nextId;
      nextId += 1;
      const asked = Promise.withResolvers<unknown>();
      const cancelled = new SharedArrayBuffer(4);
      const cancel = (): void => {
        Atomics.store(new Int32Array(cancelled), 0, 1);
        asked.reject(new StationError('REQ_004', 'The question was cancelled.'));
      };
      own.waiting.set(id, asked);
      own.worker.postMessage({ kind: 'ask', id, name, input, cancelled } satisfies ToReview);
      signal.addEventListener('abort', cancel);
      if (signal.aborted) cancel();
      try {
        return (await asked.promise) as QuestionOutput<typeof name>;
      } finally {
        signal.removeEventListener('abort', cancel);
        restSoon(own, name);
      }
    },
    async close() {
      isClosing = true;
      end();
      await Promise.all(ending);
    },
  };
}
