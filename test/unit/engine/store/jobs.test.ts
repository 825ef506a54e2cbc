/**
 * Tables of batch jobs: rows and checkpoint in one step, sums, and what goes with a job.
 */
import { describe, expect, it } from 'vitest';
import {
  addRun,
  beginRun,
  listCountedFiles,
  listItems,
  listJobCrossings,
  listJobs,
  listRuns,
  readCheckpoint,
  recordJob,
  removeJob,
  saveItem,
  saveJob,
  saveRun,
  tallyRun,
} from '#engine/store/jobs.ts';
import { aJob, anItem, aRun } from '#test/jobs.ts';
import { memoryDatabase } from '#test/store.ts';

const box = { x: 0.1, y: 0.2, width: 0.1, height: 0.3 };
const crossing = (trackId: number, at: number, direction: 'in' | 'out' = 'in') => ({
  ...{ lineId: 'door', lineRevision: 1, trackId, ordinal: 0, direction, label: 'person' as const },
  ...{ frameSeq: 1, score: 0.5, point: { x: 0.1, y: 0.5 }, box, at },
});

function rig() {
  const database = memoryDatabase();
  saveJob(database, aJob());
  const run = addRun(database, aRun({ state: 'running' }));
  beginRun(database, { run, items: [anItem(0), anItem(1)] });
  const record = (frameSeq: number, crossings: ReturnType<typeof crossing>[], position = 0) =>
    recordJob(database, {
      ...{ runId: run.id, position, frames: frameSeq + 1, doneMs: frameSeq * 100, crossings },
      checkpoint: { frameSeq, at: frameSeq * 100, state: `after ${String(frameSeq)}` },
    });
  return { database, run, record };
}

describe('the rows of a run', () => {
  it('come with the checkpoint, and a frame that is told again changes nothing', () => {
    const { database, run, record } = rig();
    record(10, [crossing(1, 900)]);
    record(20, [crossing(2, 1_900, 'out')]);
    record(10, [crossing(1, 900), crossing(9, 950)]);
    record(20, [crossing(2, 1_900, 'out')]);
    expect(readCheckpoint(database, { runId: run.id, position: 0 })).toEqual({
      ...{ frameSeq: 20, at: 2_000, state: 'after 20' },
    });
    expect(readCheckpoint(database, { runId: run.id, position: 1 })).toBeNull();
    const rows = listJobCrossings(database, { runId: run.id, afterId: 0, limit: 10 });
    expect(rows.map(({ id, place, trackId, at }) => [id, place, trackId, at])).toEqual([
      [1, '0.mp4', 1, 900],
      [2, '0.mp4', 2, 1_900],
    ]);
    expect(listItems(database, run.id)[0]).toEqual(anItem(0, { frames: 21, doneMs: 2_000 }));
  });

  it('are summed by minute, item after item, and paged', () => {
    const { database, run, record } = rig();
    record(10, [crossing(1, 59_000), crossing(2, 59_500, 'out'), crossing(3, 61_000)]);
    record(5, [crossing(1, 100)], 1);
    expect(
      tallyRun(database, run.id).map((tally) => [tally.place, tally.from, tally.in, tally.out]),
    ).toEqual([
      ['0.mp4', 0, 1, 1],
      ['0.mp4', 60_000, 1, 0],
      ['1.mp4', 0, 1, 0],
    ]);
    const page = listJobCrossings(database, { runId: run.id, afterId: 2, limit: 1 });
    expect(page.map(({ id }) => id)).toEqual([3]);
  });
});

describe('a run', () => {
  it('is as far as its items are', () => {
    const { database, run, record } = rig();
    saveItem(database, { runId: run.id, item: anItem(0, { state: 'done' }) });
    saveItem(database, { runId: run.id, item: anItem(1, { state: 'running' }) });
    record(10, [crossing(1, 900)], 1);
    expect(listRuns(database, null)).toEqual([
      {
        ...run,
        progress: { items: 2, done: 1, failed: 0, frames: 11, crossings: 1, share: 0.625 },
      },
    ]);
    expect(listRuns(database, 'other')).toEqual([]);
    expect(listCountedFiles(database, 'night')).toEqual([
      { path: '/0.mp4', bytes: 1, modifiedAt: 2 },
    ]);
  });

  it('that a person has paused before it began stays so', () => {
    const { database } = rig();
    const waiting = addRun(database, aRun());
    saveRun(database, { ...waiting, state: 'paused' });
    expect(beginRun(database, { run: { ...waiting, state: 'running' }, items: [anItem(0)] })).toBe(
      false,
    );
    expect([listRuns(database, null)[0]?.state, listItems(database, waiting.id)]).toEqual([
      'paused',
      [],
    ]);
  });

  it('goes with its job and everything it has counted', () => {
    const { database, run, record } = rig();
    record(10, [crossing(1, 900)]);
    expect(removeJob(database, 'night')).toBe(true);
    expect(removeJob(database, 'night')).toBe(false);
    expect([
      listJobs(database),
      listRuns(database, null),
      listItems(database, run.id),
      listJobCrossings(database, { runId: run.id, afterId: 0, limit: 10 }),
    ]).toEqual([[], [], [], []]);
  });
});
