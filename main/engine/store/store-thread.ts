/**
 * A thread of the store seen from outside: ask and be answered. A thread that ends unasked is started again within a
 * budget; what it was asked then is rejected, never silently lost.
 */
import { Worker } from 'node:worker_threads';
import { StationError } from '#contract/error.ts';
import { assertNever } from '#engine/base/assert.ts';
import { createRestartBudget } from '#engine/base/backoff.ts';
import type { Clock } from '#engine/base/clock.ts';
import type { Logger } from '#engine/base/log.ts';
import { smallYoungHeap } from '#engine/base/small-heap.ts';
import type { FromThread, InputOf, OutputOf, ThreadSettings, ToThread } from './messages.ts';

const restarts = 5;
const restartWindowMs = 60_000;

export interface StoreThreadOptions {
  /** Path of the thread entry */
  readonly entry: string;
  readonly settings: Omit<ThreadSettings, 'now'>;
  readonly clock: Clock;
  readonly log: Logger;
  /** `replayed` and `ledger` messages */
  readonly onEvent: (event: Extract<FromThread, { kind: 'replayed' | 'ledger' }>) => void;
}

export interface StoreThread<Ops> {
  /** Rejects with the StationError of the operation, SYS_001 when the thread is not there. */
  ask<Name extends keyof Ops & string>(
    name: Name,
    input: InputOf<Ops, Name>,
  ): Promise<OutputOf<Ops, Name>>;
  /** Lets it answer what it was asked, then ends it. */
  close(): Promise<void>;
}

interface Waiting {
  readonly resolve: (output: unknown) => void;
  readonly reject: (error: StationError) => void;
}

/** One thread from its start to its end. */
interface Life {
  readonly worker: Worker;
  readonly waiting: Map<number, Waiting>;
  readonly ready: Promise<undefined>;
  readonly ended: Promise<undefined>;
  readonly isEnded: () => boolean;
}

/** Starts a thread. Rejects with what kept it from opening the database. */
export async function startStoreThread<Ops>(
  options: StoreThreadOptions,
): Promise<StoreThread<Ops>> {
  const { clock, log } = options;
  const { role } = options.settings;
  const budget = createRestartBudget(restarts, restartWindowMs);
  const underWay = new Set<Promise<unknown>>();
  let nextId = 1;
  let isClosing = false;
  let life = start(options);
  await life.ready;
  void life.ended.then(onEnded);

  function onEnded(): void {
    if (isClosing) return;
    if (!budget.take(clock.monotonicMs())) {
      log.error('store thread ended too often and stays down', { role });
      return;
    }
    log.error('store thread ended and is started again', { role });
    life = start(options);
    void life.ended.then(onEnded);
    life.ready.catch((error: unknown) => {
      log.error('store thread did not start', { role, error: String(error) });
    });
  }

  async function ask(name: keyof Ops, input: unknown): Promise<unknown> {
    const { worker, waiting, ready, isEnded } = life;
    await ready;
    if (isEnded()) throw gone();
    const id = nextId;
    nextId += 1;
    const output = Promise.withResolvers<unknown>();
    waiting.set(id, output);
    worker.postMessage({ kind: 'request', id, name, input, now: clock.now() });
    return output.promise;
  }

  return {
    async ask(name, input) {
      if (isClosing) throw new StationError('SYS_001', 'The store is closed.');
      const asked = ask(name, input);
      underWay.add(asked);
      try {
        return (await asked) as OutputOf<Ops, typeof name>;
      } finally {
        underWay.delete(asked);
      }
    },
    async close() {
      isClosing = true;
      await Promise.allSettled(underWay);
      life.worker.postMessage({ kind: 'close' } satisfies ToThread<Ops>);
      await life.ended;
    },
  };
}

function start(options: StoreThreadOptions): Life {
  const waiting = new Map<number, Waiting>();
  const workerData: ThreadSettings = { ...options.settings, now: options.clock.now() };
  const worker = new Worker(options.entry, { workerData, resourceLimits: smallYoungHeap });
  const opened = Promise.withResolvers<undefined>();
  const ended = Promise.withResolvers<undefined>();
  const { role } = options.settings;
  let isEnded = false;

  worker.on('message', (message: FromThread) => {
    switch (message.kind) {
      case 'ready':
        opened.resolve(undefined);
        break;
      case 'failed':
        opened.reject(StationError.fromBody(message.error));
        break;
      case 'answer':
        waiting.get(message.id)?.resolve(message.output);
        waiting.delete(message.id);
        break;
      case 'refused':
        waiting.get(message.id)?.reject(StationError.fromBody(message.error));
        waiting.delete(message.id);
        break;
      case 'replayed':
      case 'ledger':
        options.onEvent(message);
        break;
      case 'log':
        options.log[message.level](message.fact, message.fields);
        break;
      default:
        assertNever(message);
    }
  });
  worker.on('error', (error) => {
    options.log.error('store thread failed', { role, error: describe(error) });
  });
  worker.on('exit', () => {
    const error = gone();
    opened.reject(error);
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
    isEnded = true;
    ended.resolve(undefined);
  });
  // Whoever asks sees the rejection; without this a thread that nobody asks would end the process.
  opened.promise.catch(() => undefined);
  return {
    worker,
    waiting,
    ready: opened.promise,
    ended: ended.promise,
    isEnded: () => isEnded,
  };
}

function gone(): StationError {
  return new StationError('SYS_001', 'The thread of the database ended. Ask again.');
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
