/**
 * A backend whose network runs in an engine's process: started again when it ends, given up when it ends too often.
 *
 *   ready ──ends, or is silent──▶ starting again (runs are refused at once) ──▶ ready
 *                                        └── three times within five minutes ──▶ given up
 */
import { StationError } from '#contract/error.ts';
import type { ModelCard } from '#contract/model.ts';
import { backoffMs, createRestartBudget } from '#engine/base/backoff.ts';
import { systemClock, type Clock } from '#engine/base/clock.ts';
import type { Backend } from '#engine/inference/backend.ts';
import type { InputData } from '#engine/inference/preprocess.ts';
import { answerLimit } from './answer-limit.ts';
import { startEngine, type EngineProcess } from './engine-process.ts';
import { inputShape } from './input-shape.ts';
import type { LocatedEngine } from './model-files.ts';

export interface ProcessBackendOptions {
  readonly engine: LocatedEngine;
  /** What the station counts with; the engine must say the same of its input and classes */
  readonly card: ModelCard;
  readonly clock?: Clock;
  /** Folder of the runners that come with the station */
  readonly enginesFolder: string;
}

/** Reload budget and pauses (SERVING.md) */
const reloads = { count: 3, windowMs: 300_000 };
const pauses = { firstMs: 500, maxMs: 10_000, jitter: 0.2 };
const healthMs = 30_000;
const healthLimitMs = 5_000;

/** Starts the engine. Throws MODEL_002, MODEL_003 when its card is another one, SYS_001. */
export async function openProcessBackend(options: ProcessBackendOptions): Promise<Backend> {
  const { engine, card, enginesFolder, clock = systemClock } = options;
  const budget = createRestartBudget(reloads.count, reloads.windowMs);
  const limit = answerLimit();
  let process: EngineProcess | null = await start();
  let trouble: StationError | null = null;
  let attempt = 0;
  let isClosed = false;
  let timer: NodeJS.Timeout | null = null;
  let lastUsedMs = clock.monotonicMs();
  const { batchSize } = process.ready;
  watch(process);

  const health = setInterval(() => {
    if (process === null || clock.monotonicMs() - lastUsedMs < healthMs) return;
    lastUsedMs = clock.monotonicMs();
    // Who is not well is ended, and `watch` starts it again.
    process.checkHealth(healthLimitMs).catch(() => process?.close());
  }, healthMs / 3);
  health.unref();

  async function start(): Promise<EngineProcess> {
    const started = await startEngine({ engine, enginesFolder });
    const difference = differenceOf(card, started.ready.card);
    if (difference === null) return started;
    await started.close();
    throw new StationError(
      'MODEL_003',
      `The engine's card differs from the one that was imported: ${difference}. Import the engine again.`,
    );
  }

  function watch(of: EngineProcess): void {
    void of.ended.then(() => {
      if (isClosed || process !== of) return;
      process = null;
      startAgain();
    });
  }

  function startAgain(): void {
    if (!budget.take(clock.monotonicMs())) {
      trouble = new StationError(
        'SYS_001',
        `The engine ended ${String(reloads.count + 1)} times within five minutes and is not started again. See its messages in the log, then activate the model again.`,
      );
      return;
    }
    trouble = new StationError('SYS_001', 'The engine ended and is being started again.');
    attempt++;
    timer = setTimeout(
      () => {
        start().then(
          (started) => {
            if (isClosed) return started.close();
            process = started;
            trouble = null;
            attempt = 0;
            watch(started);
            return undefined;
          },
          () => {
            if (!isClosed) startAgain();
          },
        );
      },
      backoffMs(attempt, pauses, Math.random()),
    );
  }

  return {
    batchSize,
    takesLess: false,
    async run(data: InputData, count: number) {
      const running = process;
      if (running === null || running.hasEnded()) {
        throw trouble ?? new StationError('SYS_001', 'The engine has ended.');
      }
      lastUsedMs = clock.monotonicMs();
      const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
      const outputs = await running.infer({ ...inputShape(card, count), bytes }, limit.ms());
      limit.took(clock.monotonicMs() - lastUsedMs);
      return outputs;
    },
    transferMs: () => 0,
    async close() {
      isClosed = true;
      clearInterval(health);
      if (timer !== null) clearTimeout(timer);
      await process?.close();
    },
  };
}

/** What of two cards differs that decides about detections; null when nothing does. */
function differenceOf(known: ModelCard, told: ModelCard): string | null {
  const parts = ['head', 'input', 'preprocess', 'classes'] as const;
  const part = parts.find((name) => JSON.stringify(known[name]) !== JSON.stringify(told[name]));
  return part === undefined ? null : `${part} is ${JSON.stringify(told[part]).slice(0, 200)}`;
}
