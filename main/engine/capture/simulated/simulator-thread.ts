/**
 * The worker's side of the simulator thread: one thread renders all simulated cameras of a worker process.
 */
import { Worker } from 'node:worker_threads';
import { StationError } from '#contract/error.ts';
import { assert } from '#engine/base/assert.ts';
import type { Logger } from '#engine/base/log.ts';
import { smallHeap } from '#engine/base/small-heap.ts';
import type { SceneOptions } from './options.ts';
import type { CrossingQuery, FollowedLine, FollowedTruth, TruthBox } from './scene.ts';
import type { FromSimulator, SimulatorAnswer, ToSimulator } from './simulator-protocol.ts';
import type { TruthCrossing } from './truth-crossings.ts';

/** One scene within the thread. */
export interface SimulatedFeed {
  /**
   * Draws a frame into shared memory: planar G, B, R of width × height × 3 bytes. Rejects with SYS_001 when the thread
   * has ended.
   */
  render(frameIndex: number, target: Uint8Array): Promise<void>;
  truth(frameIndex: number): Promise<readonly TruthBox[]>;
  truthCrossings(query: CrossingQuery): Promise<readonly TruthCrossing[]>;
  /** From now on these lines are counted truly on every frame that is drawn. */
  follow(lines: readonly FollowedLine[]): void;
  followed(toFrame: number): Promise<readonly FollowedTruth[]>;
  close(): void;
}

export interface SimulatorThread {
  /** Makes a scene. The thread is started with the first one. */
  open(scene: SceneOptions): SimulatedFeed;
  /** Ends the thread; what is still open is rejected. */
  close(): Promise<void>;
}

export interface SimulatorThreadOptions {
  /** Path of the thread's entry point (main/workers/simulator) */
  readonly entry: string;
  readonly log: Logger;
}

interface Waiting {
  resolve(answer: SimulatorAnswer): void;
  reject(error: StationError): void;
}

/** A simulator thread that starts when it is needed, and again after it has failed. */
export function createSimulatorThread(options: SimulatorThreadOptions): SimulatorThread {
  const waiting = new Map<number, Waiting>();
  let thread: Worker | null = null;
  let numbers = 0;

  function start(): Worker {
    const started = new Worker(options.entry, { name: 'simulator', resourceLimits: smallHeap });
    started.on('message', (message: FromSimulator) => {
      const asked = waiting.get(message.request);
      waiting.delete(message.request);
      if (!asked) return;
      if ('answer' in message) asked.resolve(message.answer);
      else asked.reject(StationError.fromBody(message.error));
    });
    started.on('error', (error) => {
      options.log.error('simulator thread failed', { error: String(error) });
    });
    started.on('exit', () => {
      if (thread === started) thread = null;
      const error = new StationError('SYS_001', 'The simulated cameras have stopped');
      for (const asked of waiting.values()) asked.reject(error);
      waiting.clear();
    });
    return started;
  }

  return {
    open(scene) {
      thread ??= start();
      const owner = thread;
      const feed = numbers++;
      const post = (message: ToSimulator) => owner.postMessage(message);
      post({ kind: 'open', feed, scene });

      function ask(message: (request: number) => ToSimulator): Promise<SimulatorAnswer> {
        if (thread !== owner) {
          return Promise.reject(new StationError('SYS_001', 'The simulated cameras have stopped'));
        }
        const request = numbers++;
        return new Promise((resolve, reject) => {
          waiting.set(request, { resolve, reject });
          post(message(request));
        });
      }

      return {
        async render(frameIndex, target) {
          await ask((request) => ({ kind: 'render', feed, request, frameIndex, target }));
        },
        async truth(frameIndex) {
          const answer = await ask((request) => ({ kind: 'truth', feed, request, frameIndex }));
          assert(answer.kind === 'truth', 'the simulator answered something else');
          return answer.boxes;
        },
        async truthCrossings(query) {
          const answer = await ask((request) => ({ kind: 'crossings', feed, request, query }));
          assert(answer.kind === 'crossings', 'the simulator answered something else');
          return answer.crossings;
        },
        follow: (lines) => post({ kind: 'follow', feed, lines }),
        async followed(toFrame) {
          const answer = await ask((request) => ({ kind: 'followed', feed, request, toFrame }));
          assert(answer.kind === 'followed', 'the simulator answered something else');
          return answer.lines;
        },
        close: () => post({ kind: 'close', feed }),
      };
    },
    async close() {
      const ending = thread;
      if (!ending) return;
      const ended = new Promise((resolve) => ending.once('exit', resolve));
      ending.postMessage({ kind: 'end' } satisfies ToSimulator);
      await ended;
    },
  };
}
