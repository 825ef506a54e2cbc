/**
 * A process that archives or restores everything, and says each step before it takes it, one line each, until it ends or is
 * killed: `archive-runner.ts archive|restore DATA FOLDER NOW [STEP]`. With a step it kills itself before it takes that for the second time.
 */
import { writeSync } from 'node:fs';
import { silentLogger } from '#engine/base/log.ts';
import type { ArchiveStore } from '#engine/store/archive-store.ts';
import { createStore } from '#engine/store/create-store.ts';
import { archiveOf } from './archived-site.ts';
import { storeEntry } from './store-records.ts';

const [, , mode, data = '', folder = '', nowText, lastStep] = process.argv;
const now = Number(nowText);
const store = await createStore({
  ...{ folder: data, entry: storeEntry, log: silentLogger },
  clock: { now: () => now, monotonicMs: () => 0 },
});
let lastSteps = 0;
/** The store, after the step was said. */
const saying = (step: string): ArchiveStore => {
  writeSync(1, `${step}\n`);
  if (step === lastStep) lastSteps += 1;
  if (lastSteps === 2) process.kill(process.pid, 'SIGKILL');
  return store.archive;
};
const archive: ArchiveStore = {
  parts: () => saying('parts').parts(),
  nextDay: (query) => saying('nextDay').nextDay(query),
  rows: (query) => saying('rows').rows(query),
  add: (part) => saying('add').add(part),
  become: (part, state) => saying('become').become(part, state),
  remove: (part, limit) => saying('remove').remove(part, limit),
  restore: (part, rows) => saying('restore').restore(part, rows),
};
const keeper = await archiveOf({ ...store, archive }, folder, () => now, { pageRows: 8 });
if (mode === 'archive') await keeper.run(now - 31 * 86_400_000);
else await keeper.restore({ from: 0, to: now });
await keeper.close();
await store.close();
