/**
 * A process that archives, and one that restores, is killed without warning at one step after the other: every report stays as
 * it was, and at the end every row is there, once.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it, onTestFinished } from 'vitest';
import type { ArchiveState } from '#contract/archive.ts';
import { archiveOf, countForDays, reportsOf, rowsOf } from '#test/archived-site.ts';
import { silentLogger } from '#engine/base/log.ts';
import { createStore } from '#engine/store/create-store.ts';
import type { Store } from '#engine/store/store.ts';
import { start, storeEntry, tempFolder, testClock } from '#test/store.ts';

const runner = path.resolve(import.meta.dirname, '../helpers/archive-runner.ts');
const days = 2;
const now = start + (days + 31) * 86_400_000;
/** Steps until the kill; another number each round, so that it meets another moment. */
const stepsOf = (round: number): number => 9 + ((round * 7) % 24);
const maxRounds = 40;

/** Whether it came to its end before so many steps, or before the second one of a name. */
async function runAndKill(
  mode: 'archive' | 'restore',
  [data, folder]: readonly [string, string],
  until: number | 'remove' | 'restore',
): Promise<boolean> {
  const named = typeof until === 'string' ? [until] : [];
  const child = spawn(process.execPath, [runner, mode, data, folder, String(now), ...named], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const exited = once(child, 'exit');
  let seen = 0;
  for await (const _ of createInterface({ input: child.stdout })) {
    seen += 1;
    if (seen === until) child.kill('SIGKILL');
  }
  const [code] = (await exited) as [number | null];
  return code === 0;
}

it('loses and doubles nothing, whenever it is killed', async () => {
  const folders = [tempFolder(), tempFolder()] as const;
  const withStore = <T>(work: (store: Store) => Promise<T>) => openedStore(folders[0], work);
  const [reports, rows] = await withStore(async (store) => {
    await countForDays(store, days);
    return [await reportsOf(store, days), await rowsOf(store)];
  });
  const met = new Set<ArchiveState>();
  let kills = 0;
  // Which other moments the kills meet, the PC decides.
  for (const [mode, midway] of [
    ['archive', 'remove'],
    ['restore', 'restore'],
  ] as const) {
    let isDone = false;
    for (let round = 0; !isDone; round += 1) {
      expect(round).toBeLessThan(maxRounds);
      isDone = await runAndKill(mode, folders, round === 0 ? midway : stepsOf(round));
      kills += isDone ? 0 : 1;
      await withStore(async (store) => {
        expect(await reportsOf(store, days)).toEqual(reports);
        for (const { state } of await store.archive.parts()) met.add(state);
      });
    }
  }
  await withStore(async (store) => {
    expect(await rowsOf(store)).toEqual(rows);
    const keeper = await archiveOf(store, folders[1], () => now);
    expect(new Set((await keeper.list()).map(({ state }) => state))).toEqual(new Set(['restored']));
  });
  expect([...met]).toEqual(expect.arrayContaining(['removing', 'restoring']));
  expect(kills).toBeGreaterThan(3);
});

async function openedStore<T>(folder: string, work: (store: Store) => Promise<T>): Promise<T> {
  const store = await createStore({
    ...{ folder, entry: storeEntry, log: silentLogger, clock: testClock() },
  });
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}
