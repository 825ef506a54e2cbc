/**
 * The life of jobs on a real store: one run at a time, pauses, restarts, schedules, and what a person does meanwhile.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { silentLogger } from '#engine/base/log.ts';
import { type JobKeeper, type JobKeeperDeps, keepJobs } from '#engine/job-keeper.ts';
import type { RunOutcome } from '#engine/job-run.ts';
import { createStore } from '#engine/store/create-store.ts';
import type { Store } from '#engine/store/store.ts';
import { aJob } from '#test/jobs.ts';
import { start, storeEntry, testClock } from '#test/store.ts';

const done: RunOutcome = { state: 'done', failed: 0, error: null, resultDigest: 'd' };
const night = { cron: '30 2 * * *', timeZone: 'UTC', isEnabled: true };
const day = 86_400_000;

/** One for all tests: to open it costs more than they do. */
let store: Store;
const folder = mkdtempSync(path.join(tmpdir(), 'tallywatch-jobs-'));

beforeAll(async () => {
  store = await createStore({
    ...{ folder, entry: storeEntry, clock: testClock(), log: silentLogger },
  });
});
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs are numbered from 1 in each test. */
async function rig(execute: JobKeeperDeps['execute'] = () => Promise.resolve(done)) {
  const clock = testClock();
  for (const { id } of await store.jobs.list()) await store.jobs.remove(id);
  const executed: number[] = [];
  const told: string[] = [];
  const open = (): JobKeeper => {
    const keeper = keepJobs({
      ...{ store: store.jobs, clock, log: silentLogger, later: () => () => undefined },
      notify: (message) => told.push(message),
      execute: async (job, run, signal) => {
        executed.push(run.id);
        await store.jobs.saveRun({ ...run, state: 'running', startedAt: run.startedAt ?? 1 });
        return execute(job, run, signal);
      },
    });
    onTestFinished(() => keeper.close());
    return keeper;
  };
  const states = async () => (await store.jobs.runs()).map(({ id, state }) => [id, state]);
  return { clock, executed, told, open, states };
}

/** Counts until it is stopped. */
const endless: JobKeeperDeps['execute'] = (_job, _run, signal) =>
  new Promise((resolve) => {
    if (signal.aborted) resolve({ state: 'stopped' });
    signal.addEventListener('abort', () => resolve({ state: 'stopped' }));
  });

describe('a job', () => {
  it('runs when it is asked to, one run at a time and the oldest first', async () => {
    const { open, executed, states } = await rig();
    const keeper = open();
    for (const id of ['a', 'b']) {
      await keeper.save(aJob({ id }));
      await keeper.start(id, 'mai');
    }
    await keeper.check();
    expect(executed).toEqual([1, 2]);
    expect(await states()).toEqual([
      [2, 'done'],
      [1, 'done'],
    ]);
  });

  it('is not begun again before its run is over', async () => {
    const { open } = await rig(endless);
    const keeper = open();
    await keeper.save(aJob());
    await keeper.start('night', 'mai');
    await expect(keeper.start('night', 'mai')).rejects.toMatchObject({ code: 'REQ_003' });
  });

  it('tells a person what could not be counted', async () => {
    const error = { code: 'MODEL_001', message: 'It is gone.' } as const;
    const outcomes: RunOutcome[] = [
      { ...done, failed: 2 },
      { state: 'failed', failed: 0, error, resultDigest: null },
    ];
    const { open, told, states } = await rig(() => Promise.resolve(outcomes.shift() ?? done));
    const keeper = open();
    await keeper.save(aJob());
    for (let run = 0; run < 2; run++) {
      await keeper.start('night', 'mai');
      await keeper.check();
    }
    expect(told).toEqual([
      expect.stringContaining('2 of its clips could not be counted'),
      'The job "Night" failed: It is gone.',
    ]);
    expect(await states()).toEqual([
      [2, 'failed'],
      [1, 'done'],
    ]);
  });

  it('goes with its runs, also while one is counted', async () => {
    const { open, states } = await rig(endless);
    const keeper = open();
    await keeper.save(aJob());
    await keeper.start('night', 'mai');
    await keeper.remove('night');
    expect([await states(), await keeper.list()]).toEqual([[], []]);
    await expect(keeper.remove('night')).rejects.toMatchObject({ code: 'REQ_002' });
  });
});

describe('a run', () => {
  it('is paused, goes on, is cancelled, and is then over', async () => {
    const { open, executed, states } = await rig(endless);
    const keeper = open();
    await keeper.save(aJob());
    const { id } = await keeper.start('night', 'mai');
    await expect.poll(() => executed).toEqual([1]);
    expect((await keeper.setState(id, 'paused')).state).toBe('paused');
    await keeper.check();
    expect(executed).toEqual([1]);
    await keeper.setState(id, 'running');
    await expect.poll(() => executed).toEqual([1, 1]);
    await keeper.setState(id, 'cancelled');
    expect(await states()).toEqual([[1, 'cancelled']]);
    await expect(keeper.setState(id, 'running')).rejects.toMatchObject({ code: 'REQ_003' });
  });

  it('goes on by itself after a restart of the station', async () => {
    const { open, executed, states } = await rig(endless);
    const first = open();
    await first.save(aJob());
    await first.start('night', 'mai');
    await expect.poll(() => executed).toEqual([1]);
    await first.close();
    expect(await states()).toEqual([[1, 'running']]);
    const second = open();
    void second.check();
    await expect.poll(() => executed).toEqual([1, 1]);
  });
});

describe('a schedule', () => {
  it('begins a run when it is due, and one for all that was missed', async () => {
    const { open, clock, executed } = await rig();
    const keeper = open();
    await keeper.save(aJob({ schedule: night }));
    await keeper.check();
    expect(executed).toEqual([]);
    clock.set(start + day);
    await keeper.check();
    await keeper.check();
    expect(executed).toEqual([1]);
    clock.set(start + 5 * day);
    await keeper.check();
    expect((await store.jobs.runs()).map(({ by, dueAt }) => [by, dueAt! % day])).toEqual([
      ['schedule', 2.5 * 3_600_000],
      ['schedule', 2.5 * 3_600_000],
    ]);
    expect((await keeper.get('night')).nextAt! % day).toBe(2.5 * 3_600_000);
  });

  it('that cannot be read is refused', async () => {
    const { open } = await rig();
    const keeper = open();
    const job = aJob({ schedule: { ...night, cron: 'each night' } });
    await expect(keeper.save(job)).rejects.toMatchObject({ code: 'REQ_001' });
  });
});
