import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { schedule } from '#engine/inference/scheduler.ts';
import { createLateLimit, workClasses, type WorkClass } from '#engine/inference/work.ts';

const item = (work: WorkClass, number: number, waitingSinceMs = 0) => ({
  work,
  cameraId: `${work}${String(number)}`,
  waitingSinceMs,
});
const delays = { live: 2, alert: 2, api: 2, batch: 100 };
const names = (batches: readonly (readonly { cameraId: string }[])[]) =>
  batches.map((batch) => batch.map(({ cameraId }) => cameraId));

describe('scheduler', () => {
  it.each([
    {
      story: 'live goes before alert, API and batch whoever came first',
      waiting: [item('batch', 1, 0), item('api', 1, 10), item('alert', 1, 20), item('live', 1, 90)],
      idle: 3,
      batches: [['live1'], ['alert1'], ['api1']],
    },
    {
      story: 'batch fills what live leaves',
      waiting: [item('batch', 1), item('batch', 2), item('live', 1)],
      idle: 2,
      batches: [['live1'], ['batch1']],
    },
    {
      story: 'classes do not share a run',
      waiting: [item('live', 1), item('api', 1), item('api', 2)],
      idle: 2,
      size: 4,
      batches: [['live1'], ['api1', 'api2']],
    },
    {
      story: 'a thread is kept for live frames that wait for a fuller run',
      waiting: [item('live', 1, 99), item('batch', 1)],
      idle: 1,
      size: 4,
      batches: [],
      at: 101,
    },
    {
      story: 'batch work waits longer for a full run',
      waiting: [item('batch', 1, 50)],
      idle: 1,
      size: 4,
      batches: [],
      at: 150,
    },
    {
      story: 'what says nothing is live',
      waiting: [item('api', 1), { cameraId: 'a', waitingSinceMs: 50 }],
      idle: 1,
      batches: [['a']],
    },
  ])('$story', ({ waiting, idle, batches, size = 1, at = null }) => {
    const decision = schedule({ waiting, idleThreads: idle, cameras: 9, nowMs: 100 }, (work) => ({
      maxBatchSize: size,
      maxQueueDelayMs: delays[work],
    }));
    expect({ batches: names(decision.batches), at: decision.askAgainAtMs }).toEqual({
      batches,
      at,
    });
  });

  it('never starts less urgent work while more urgent work is left without a thread', () => {
    const works = fc.array(fc.constantFrom(...workClasses), { maxLength: 30 });
    fc.assert(
      fc.property(
        works,
        fc.integer({ min: 0, max: 8 }),
        fc.integer({ min: 1, max: 4 }),
        (list, idle, size) => {
          const waiting = list.map((work, index) => item(work, index));
          const { batches } = schedule(
            { waiting, idleThreads: idle, cameras: 9, nowMs: 1000 },
            () => ({ maxBatchSize: size, maxQueueDelayMs: 0 }),
          );
          const started = batches.flat();
          const left = waiting.filter((one) => !started.includes(one));
          const rank = (one: { work: WorkClass }) => workClasses.indexOf(one.work);
          const worstStarted = Math.max(-1, ...started.map(rank));
          expect(batches.length).toBeLessThanOrEqual(idle);
          expect(new Set(started).size).toBe(started.length);
          expect(left.every((one) => rank(one) >= worstStarted)).toBe(true);
        },
      ),
    );
  });
});

describe('age at which a live frame is late', () => {
  it('is at least 100 ms and twice the usual time, taken anew each second', () => {
    let p95 = 20;
    const limit = createLateLimit(() => p95);
    const seen = [limit(0)];
    p95 = 90;
    seen.push(limit(500), limit(1000));
    expect(seen).toEqual([100, 100, 180]);
  });
});
