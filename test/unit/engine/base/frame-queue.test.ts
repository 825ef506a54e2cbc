import { describe, expect, it } from 'vitest';
import type { Clock } from '#engine/base/clock.ts';
import { createFrameQueue, type FrameQueue } from '#engine/base/frame-queue.ts';

const layout = { picture: { width: 8, height: 8 }, analysis: { width: 4, height: 4 } };

function queueOf(options: { isReplay: boolean; maxInFlight: number }): {
  queue: FrameQueue;
  tick: (ms: number) => void;
} {
  let nowMs = 0;
  const clock: Clock = { now: () => nowMs, monotonicMs: () => nowMs };
  const queue = createFrameQueue({
    ...options,
    clock,
    onSlots: () => undefined,
    onReady: () => undefined,
  });
  queue.open(layout);
  return { queue, tick: (ms) => (nowMs += ms) };
}

function fill(queue: FrameQueue, seq: number): void {
  const slot = queue.take();
  if (typeof slot !== 'number') throw new Error('no slot');
  queue.put({ slot, seq, mediaSeconds: seq / 10, capturedAt: 1000 + seq * 100 });
}

const seqs = (queue: FrameQueue): number[] => queue.ready().map(({ frame }) => frame.seq);

describe('frame queue, live', () => {
  it('drops a frame that is too old when its turn comes, counts it, and keeps the place of its camera', () => {
    const { queue, tick } = queueOf({ isReplay: false, maxInFlight: 1 });
    fill(queue, 0);
    tick(150);
    queue.expire(150);
    const kept = seqs(queue);
    tick(1);
    queue.expire(150);
    const after = seqs(queue);
    tick(10);
    fill(queue, 1);
    expect({
      kept,
      after,
      late: queue.late(),
      dropped: queue.dropped(),
      since: queue.ready().map(({ waitingSinceMs, putMs }) => [waitingSinceMs, putMs]),
    }).toEqual({ kept: [0], after: [], late: 1, dropped: 0, since: [[0, 161]] });
  });

  it('keeps the newest frame and counts the ones it replaced', () => {
    const { queue } = queueOf({ isReplay: false, maxInFlight: 1 });
    for (let seq = 0; seq < 5; seq++) fill(queue, seq);
    expect({ ready: seqs(queue), dropped: queue.dropped() }).toEqual({ ready: [4], dropped: 4 });
  });

  it('has one frame in flight and one waiting, and never runs out of slots', () => {
    const { queue } = queueOf({ isReplay: false, maxInFlight: 1 });
    fill(queue, 0);
    const first = queue.ready()[0]!;
    queue.start(first);
    for (let seq = 1; seq < 20; seq++) fill(queue, seq);
    expect(seqs(queue)).toEqual([]);
    queue.done(first.frame);
    expect(seqs(queue)).toEqual([19]);
    expect(queue.dropped()).toBe(18);
  });

  it('lets a newer frame keep the place of the one it replaced', () => {
    const { queue, tick } = queueOf({ isReplay: false, maxInFlight: 1 });
    fill(queue, 0);
    tick(30);
    fill(queue, 1);
    expect(queue.ready()[0]).toMatchObject({ waitingSinceMs: 0, putMs: 30 });
  });

  it('forgets frames of old slots when the picture changes its size', () => {
    const { queue } = queueOf({ isReplay: false, maxInFlight: 1 });
    fill(queue, 0);
    const old = queue.ready()[0]!;
    queue.start(old);
    fill(queue, 1);
    queue.open({ ...layout, analysis: { width: 6, height: 6 } });
    expect(seqs(queue)).toEqual([]);
    queue.done(old.frame);
    for (let seq = 2; seq < 9; seq++) fill(queue, seq);
    expect(seqs(queue)).toEqual([8]);
  });
});

describe('frame queue, replay', () => {
  it('drops nothing, however old', () => {
    const { queue, tick } = queueOf({ isReplay: true, maxInFlight: 1 });
    fill(queue, 0);
    tick(60_000);
    queue.expire(100);
    expect({ ready: seqs(queue), late: queue.late() }).toEqual({ ready: [0], late: 0 });
  });

  it('drops nothing: the reader waits until a slot is free', async () => {
    const { queue } = queueOf({ isReplay: true, maxInFlight: 2 });
    const counted: number[] = [];
    const progress = { isDone: false };
    const reader = (async () => {
      for (let seq = 0; seq < 50; seq++) {
        const slot = await queue.take();
        queue.put({ slot, seq, mediaSeconds: seq, capturedAt: seq });
      }
      progress.isDone = true;
    })();
    while (!progress.isDone || queue.waiting() > 0) {
      const next = queue.ready()[0];
      if (next) {
        queue.start(next);
        counted.push(next.frame.seq);
        queue.done(next.frame);
      }
      await Promise.resolve();
    }
    await reader;
    expect(counted).toEqual(Array.from({ length: 50 }, (_, seq) => seq));
    expect(queue.dropped()).toBe(0);
  });
});
