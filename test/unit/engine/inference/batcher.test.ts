import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { decideBatches } from '#engine/inference/batcher.ts';

const frame = (name: string, waitingSinceMs: number) => ({
  cameraId: name.replace(/\d/g, ''),
  slot: Number(name.replace(/\D/g, '')),
  waitingSinceMs,
});
const names = (batches: readonly (readonly { cameraId: string; slot: number }[])[]) =>
  batches.map((batch) => batch.map(({ cameraId, slot }) => `${cameraId}${slot}`));

describe('batcher', () => {
  const live = { maxBatchSize: 8, maxQueueDelayMs: 2 };
  const pairs = { maxBatchSize: 2, maxQueueDelayMs: 2 };
  const single = { maxBatchSize: 1, maxQueueDelayMs: 2 };

  it.each([
    { story: 'nothing waits', waiting: [], idle: 2, batches: [] },
    { story: 'no thread is idle', waiting: [frame('a1', 0)], idle: 0, batches: [] },
    { story: 'the oldest may still wait', waiting: [frame('a1', 99)], batches: [], at: 101 },
    { story: 'the oldest has waited enough', waiting: [frame('a1', 98)], batches: [['a1']] },
    {
      story: 'one camera waits for nobody',
      waiting: [frame('a1', 100)],
      cameras: 1,
      batches: [['a1']],
    },
    {
      story: 'all cameras are there',
      waiting: [frame('a1', 100), frame('b1', 99)],
      cameras: 2,
      batches: [['b1', 'a1']],
    },
    {
      story: 'idle threads come before large batches',
      waiting: [frame('a1', 1), frame('b1', 2), frame('c1', 3)],
      idle: 2,
      batches: [['a1', 'c1'], ['b1']],
    },
    {
      story: 'a batch of one never waits',
      waiting: [frame('a1', 100)],
      limits: single,
      batches: [['a1']],
    },
    {
      story: 'full batches leave at once and the rest waits',
      waiting: [frame('a1', 99), frame('b1', 100), frame('c1', 100)],
      idle: 3,
      limits: pairs,
      batches: [['a1', 'b1']],
      at: 101,
    },
    {
      story: 'more waits than fits',
      waiting: [frame('c1', 3), frame('a1', 1), frame('b1', 2)],
      limits: pairs,
      batches: [['a1', 'b1']],
    },
    {
      story: 'a camera with many frames takes turns with the others',
      waiting: [frame('a1', 1), frame('a2', 1), frame('a3', 1), frame('b1', 50)],
      idle: 2,
      limits: single,
      batches: [['a1'], ['b1']],
    },
  ])('$story', ({ waiting, idle = 1, cameras = 4, limits = live, batches, at = null }) => {
    const decision = decideBatches({ waiting, idleThreads: idle, cameras, nowMs: 100 }, limits);
    expect({ batches: names(decision.batches), at: decision.askAgainAtMs }).toEqual({
      batches,
      at,
    });
  });

  it('never gives a frame twice, nor more than fits, and never leaves a thread idle for nothing', () => {
    const frames = fc.array(
      fc.record({
        cameraId: fc.constantFrom('a', 'b', 'c', 'd'),
        slot: fc.nat(30),
        waitingSinceMs: fc.nat(100),
      }),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(
        frames,
        fc.nat(4),
        fc.integer({ min: 1, max: 8 }),
        (waiting, idle, maxBatchSize) => {
          const { batches } = decideBatches(
            { waiting, idleThreads: idle, cameras: 4, nowMs: 100 },
            { maxBatchSize, maxQueueDelayMs: 0 },
          );
          const given = batches.flat();
          expect(new Set(given).size).toBe(given.length);
          expect(given.length).toBe(Math.min(waiting.length, idle * maxBatchSize));
          expect(batches.length).toBe(Math.min(waiting.length, idle));
          expect(batches.every((batch) => batch.length > 0 && batch.length <= maxBatchSize)).toBe(
            true,
          );
        },
      ),
    );
  });
});
