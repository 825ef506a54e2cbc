/**
 * Entry of the thread that copies the database once, so that nothing waits for it.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { assert } from '#engine/base/assert.ts';
import { StationError } from '#contract/error.ts';
import { copyDatabase } from '#engine/store/copy-database.ts';

assert(parentPort !== null, 'the copy is made in a thread, not by a program');
const { file, target } = workerData as { readonly file: string; readonly target: string };
try {
  parentPort.postMessage({ copy: await copyDatabase(file, target) });
} catch (error) {
  parentPort.postMessage({ error: StationError.from(error, 'SYS_002').toBody() });
}
