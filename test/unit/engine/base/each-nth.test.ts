/**
 * A lower frame rate, on the real queue of frames: the same frames each time, and every slot comes back.
 */
import { describe, expect, it } from 'vitest';
import { systemClock } from '#engine/base/clock.ts';
import { takeEachNth } from '#engine/base/each-nth.ts';
import { createFrameQueue } from '#engine/base/frame-queue.ts';

const side = { width: 2, height: 2 };

describe('each n-th frame', () => {
  it.each([
    [1, [0, 1, 2, 3, 4, 5, 6]],
    [2, [0, 2, 4, 6]],
    [3, [0, 3, 6]],
    [9, [0]],
  ])('of a clip of seven, n = %d', async (n, expected) => {
    const looked: number[] = [];
    const leftOut: number[] = [];
    const queue = createFrameQueue({
      ...{ isReplay: true, maxInFlight: 1, clock: systemClock, onSlots: () => undefined },
      onReady(queued) {
        queue.start(queued);
        looked.push(queued.frame.seq);
        queue.done(queued.frame);
      },
    });
    const intake = takeEachNth(queue, n, ({ seq }) => leftOut.push(seq));
    intake.open({ picture: side, analysis: side });
    // Twice as many as there are slots: one that did not come back would be waited for without end.
    for (let seq = 0; seq < 7; seq++) {
      intake.put({ slot: await intake.take(), seq, mediaSeconds: seq / 10, capturedAt: seq * 100 });
    }
    expect(looked).toEqual(expected);
    expect([...looked, ...leftOut].sort()).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });
});
