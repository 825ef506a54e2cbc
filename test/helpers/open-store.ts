/**
 * A process that opens a store, says what came of it as JSON, and ends.
 */
import { StationError } from '#contract/error.ts';
import { systemClock } from '#engine/base/clock.ts';
import { silentLogger } from '#engine/base/log.ts';
import { createStore } from '#engine/store/create-store.ts';
import { storeEntry } from './store-records.ts';

try {
  const store = await createStore({
    folder: process.argv[2] ?? '',
    entry: storeEntry,
    clock: systemClock,
    log: silentLogger,
    spoolBytes: 65_536,
  });
  await store.close();
  console.log('{}');
} catch (error) {
  console.log(JSON.stringify(StationError.from(error, 'SYS_001').toBody()));
}
