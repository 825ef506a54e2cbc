import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { plainExecution } from '#contract/execution.ts';
import { systemClock } from '#engine/base/clock.ts';
import { createDispatcher } from '#engine/inference/dispatcher.ts';
import type { WaitingFrame } from '#engine/inference/batcher.ts';
import { createInferenceThread } from '#engine/inference/inference-thread.ts';
import { yoloxNanoCard } from '#test/cards.ts';
import { hasShared, sharedMissing, sharedPath } from '#test/shared.ts';

const entry = path.resolve(import.meta.dirname, '../../../../main/workers/inference.ts');
const layout = { picture: { width: 416, height: 234 }, analysis: { width: 416, height: 234 } };
const slotBytes = 416 * 234 * 3;

describe.skipIf(!hasShared)(`dispatcher with real threads (${sharedMissing})`, () => {
  it('runs every frame once, in order per camera, and goes over to other threads between two', async () => {
    const start = () =>
      createInferenceThread({
        entry,
        model: { path: sharedPath('models/yolox_nano.onnx')!, digest: 'nano', card: yoloxNanoCard },
        executions: [plainExecution],
      });
    const [first, second, third] = [start(), start(), start()];
    const threads = [first, second, third];
    const cameras = ['a', 'b', 'c'];
    await Promise.all(threads.map(({ ready }) => ready));
    for (const thread of threads) {
      for (const cameraId of cameras) {
        thread.setSlots({
          cameraId,
          shared: new SharedArrayBuffer(slotBytes * 40),
          slotBytes,
          layout,
        });
      }
    }

    const waiting = new Map<string, WaitingFrame>();
    const inFlight = new Set<string>();
    const done: Record<string, number[]> = { a: [], b: [], c: [] };
    const failed: string[] = [];
    const finished = Promise.withResolvers<undefined>();
    const dispatcher = createDispatcher<WaitingFrame>({
      threads: [first, second],
      limits: { maxBatchSize: 2, maxQueueDelayMs: 2, largestBatch: 2 },
      clock: systemClock,
      waiting: () => [...waiting.values()].filter(({ cameraId }) => !inFlight.has(cameraId)),
      cameras: () => cameras.length,
      onStart: (batch) => {
        for (const { cameraId } of batch) {
          waiting.delete(cameraId);
          expect(inFlight.has(cameraId)).toBe(false);
          inFlight.add(cameraId);
        }
      },
      onDone: (batch, result) => {
        expect(result.detections).toHaveLength(batch.length);
        batch.forEach(settle);
      },
      onFailed: (batch, { code }) => {
        failed.push(code);
        batch.forEach(settle);
      },
    });
    function settle({ cameraId, slot }: WaitingFrame): void {
      inFlight.delete(cameraId);
      done[cameraId]!.push(slot);
      offer(cameraId, slot + 1);
      if (done['a']!.length === 15)
        dispatcher.setThreads([third], { maxBatchSize: 1, maxQueueDelayMs: 0, largestBatch: 1 });
      if (cameras.every((camera) => done[camera]!.length === 30)) finished.resolve(undefined);
    }
    function offer(cameraId: string, slot: number): void {
      if (slot >= 30) return;
      waiting.set(cameraId, { cameraId, slot, waitingSinceMs: systemClock.monotonicMs() });
      dispatcher.wake();
    }

    cameras.forEach((cameraId) => offer(cameraId, 0));
    await finished.promise;
    await dispatcher.close();
    expect(third.isBusy()).toBe(false);
    await Promise.all(threads.map((thread) => thread.close()));
    const all = Array.from({ length: 30 }, (_, slot) => slot);
    expect({ done, failed }).toEqual({ done: { a: all, b: all, c: all }, failed: [] });
  });
});
