import { describe, expect, it } from 'vitest';
import type { FrameRecord, Recorded } from '#engine/store/records.ts';
import { createRecordQueue } from '#engine/store/record-queue.ts';
import { aRecord } from '#test/store.ts';

/** A queue whose writes end when the test says so. */
function queueOf() {
  const batches: number[][] = [];
  const open: PromiseWithResolvers<readonly Recorded[]>[] = [];
  const queue = createRecordQueue((records) => {
    batches.push(records.map((record) => record.checkpoint.frameSeq));
    const answer = Promise.withResolvers<readonly Recorded[]>();
    open.push(answer);
    return answer.promise;
  });
  const answer = (record: FrameRecord['checkpoint']['frameSeq'][]): Recorded[] =>
    record.map((doubles) => ({
      state: 'written',
      rows: [],
      zoneEvents: [],
      passages: [],
      doubles,
    }));
  return {
    queue,
    batches,
    finish: (index: number) => open[index]?.resolve(answer(batches[index] ?? [])),
    fail: (index: number) => open[index]?.reject(new Error('disk')),
  };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));
const frame = (frameSeq: number) => aRecord({ frameSeq });

describe('the queue of records', () => {
  it('writes together what came while a write was under way, and answers each', async () => {
    const { queue, batches, finish } = queueOf();
    const first = queue.add(frame(1));
    await settled();
    const later = [2, 3, 4].map((seq) => queue.add(frame(seq)));
    finish(0);
    await first;
    await settled();
    expect(batches).toEqual([[1], [2, 3, 4]]);
    finish(1);
    const answers = await Promise.all(later);
    expect(answers.map((each) => each.state === 'written' && each.doubles)).toEqual([2, 3, 4]);
  });

  it('rejects those of a failed write and goes on with the next', async () => {
    const { queue, finish, fail } = queueOf();
    const first = queue.add(frame(1));
    await settled();
    const second = queue.add(frame(2));
    fail(0);
    await expect(first).rejects.toThrow('disk');
    await settled();
    finish(1);
    await expect(second).resolves.toMatchObject({ state: 'written' });
  });

  it('rejects what is malformed without touching the others', async () => {
    const { queue, batches } = queueOf();
    const wrong = { ...frame(1), cameraId: 'yard' };
    await expect(queue.add(wrong)).rejects.toThrow('"checkpoint.cameraId" of a frame record');
    const nan = aRecord({ crossings: [{ score: Number.NaN }] });
    await expect(queue.add(nan)).rejects.toThrow('"crossings.0.score"');
    const backwards = aRecord({ observed: { from: 2, to: 1 } });
    await expect(queue.add(backwards)).rejects.toThrow('"observed"');
    await settled();
    expect(batches).toEqual([]);
  });

  it('is idle when all are answered', async () => {
    const { queue, finish } = queueOf();
    const events: string[] = [];
    await queue.idle();
    const added = queue.add(frame(1)).then(() => events.push('written'));
    const idle = queue.idle().then(() => events.push('idle'));
    await settled();
    expect(events).toEqual([]);
    finish(0);
    await Promise.all([added, idle]);
    expect(events).toEqual(['written', 'idle']);
  });
});
