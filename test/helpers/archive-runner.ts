/**
 * A process that archives or restores everything, and says each step before it takes it, one line each, until it ends or is
 * killed: `archive-runner.ts archive|restore DATA FOLDER NOW`.
 */
import { writeSync } from 'node:fs';
import { silentLogger } from '#engine/base/log.ts';
import type { ArchiveStore } from '#engine/store/archive-store.ts';
import { createStore } from '#engine/store/create-store.ts';
import { archiveOf } from './archived-site.ts';
import { storeEntry } from './store-records.ts';

const [, , mode, data = '', folder = '', nowText] = process.argv;
const now = Number(nowText);
const store = await createStore({
  ...{ folder: data, entry: storeEntry, log: silentLogger },
  clock: { now: () => now, monotonicMs: () => 0 },
});
const told =
  <A extends unknown[], R>(name: string, act: (...input: A) => R) =>
  (...input: A): R => {
    writeSync(1, `${name}\n`);
    return act(...input);
  };
const archive: ArchiveStore = {
  parts: told('parts', store.archive.parts),
  nextDay: told('nextDay', store.archive.nextDay),
  rows: told('rows', store.archive.rows),
  add: told('add', store.archive.add),
  become: told('become', store.archive.become),
  remove: told('remove', store.archive.remove),
  restore: told('restore', store.archive.restore),
};
const keeper = await archiveOf({ ...store, archive }, folder, () => now, { pageRows: 8 });
if (mode === 'archive') await keeper.run(now - 31 * 86_400_000);
else await keeper.restore({ from: 0, to: now });
await keeper.close();
await store.close();
