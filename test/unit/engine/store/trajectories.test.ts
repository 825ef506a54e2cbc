import { describe, expect, it } from 'vitest';
import type { EncodedBlock } from '#engine/base/trajectory.ts';
import {
  insertBlock,
  newestRecorded,
  pruneBlocks,
  readBlocks,
  recordedSpans,
} from '#engine/store/trajectories.ts';
import { createTrajectoryQueue } from '#engine/store/trajectory-queue.ts';
import { keepingLogger, memoryDatabase, tempStore } from '#test/store.ts';

const block = (fromMs: number, parts = 2): EncodedBlock => ({
  picture: { width: 640, height: 360 },
  fromMs,
  toMs: fromMs + 29_900,
  frames: Uint8Array.of(1, 2),
  parts: Array.from({ length: parts }, (_, index) => ({
    trackId: index,
    label: 'person',
    firstMs: fromMs,
    lastMs: fromMs + 5_000,
    reach: { minX: index * 500, minY: 0, maxX: index * 500 + 400, maxY: 1000 },
    path: Uint8Array.of(index),
  })),
});
const span = { from: 0, to: 1e9 };
const all = { cameraId: 'gate', span, near: null, after: null, limit: 100 };

describe('stored paths', () => {
  it('come back page by page, by time and by place', () => {
    const database = memoryDatabase();
    for (const at of [60_000, 0, 30_000]) {
      insertBlock(database, { cameraId: 'gate', epoch: 4, block: block(at) });
    }
    const [first, ...others] = readBlocks(database, { ...all, limit: 2 });
    const { id, epoch, ...rest } = first ?? { id: 0, epoch: 0 };
    expect({ ...rest, frames: [...(first?.frames ?? [])] }).toMatchObject({
      fromMs: 0,
      toMs: 29_900,
      frames: [1, 2],
    });
    expect([epoch, others.map(({ fromMs }) => fromMs)]).toEqual([4, [30_000]]);
    const after = { fromMs: 30_000, id: others[0]?.id ?? id };
    expect(readBlocks(database, { ...all, after }).map(({ fromMs }) => fromMs)).toEqual([60_000]);
    const near = { minX: 600, minY: 0, maxX: 700, maxY: 100 };
    expect(
      readBlocks(database, { ...all, near }).flatMap(({ parts }) => parts.map((p) => p.trackId)),
    ).toEqual([1, 1, 1]);
    expect(recordedSpans(database, 'gate', { from: 10_000, to: 80_000 })).toEqual([
      { from: 10_000, to: 80_000 },
    ]);
    expect(newestRecorded(database, 'gate')).toBe(89_900);
    expect(readBlocks(database, { ...all, cameraId: 'other' })).toEqual([]);
  });

  it('are removed a few at a time, with their parts', () => {
    const database = memoryDatabase();
    for (const at of [0, 30_000, 60_000]) {
      insertBlock(database, { cameraId: 'gate', epoch: 1, block: block(at) });
    }
    expect(pruneBlocks(database, { beforeMs: 60_000, limit: 1 })).toBe(1);
    expect(pruneBlocks(database, { beforeMs: 60_000, limit: 9 })).toBe(1);
    expect(database.prepare('SELECT count(*) FROM trajectory_parts').pluck().get()).toBe(2);
  });

  it('are written through the store, which waits for them at its end', async () => {
    const store = await tempStore();
    store.trajectories.add({ cameraId: 'gate', epoch: 1, block: block(0) });
    await store.close();
  });
});

describe('the queue of paths', () => {
  it('lets crossings go first, joins small blocks and outlives a write that fails', async () => {
    const order: string[] = [];
    const log = keepingLogger();
    const queue = createTrajectoryQueue({
      afterCrossings: () => Promise.resolve(void order.push('crossings')),
      write: (blocks) => {
        order.push(`write ${String(blocks.length)}`);
        return order.length === 2 ? Promise.reject(new Error('full')) : Promise.resolve();
      },
      log,
    });
    for (const parts of [2, 2, 200, 2]) {
      queue.add({ cameraId: 'gate', epoch: 1, block: block(0, parts) });
    }
    await queue.idle();
    expect(order).toEqual([
      ...['crossings', 'write 2'],
      ...['crossings', 'write 1'],
      ...['crossings', 'write 1'],
    ]);
    expect(log.lines.map(([line]) => line)).toEqual(['warn paths not written']);
  });
});
