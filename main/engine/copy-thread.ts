/**
 * The copy of the database seen from the station: one thread for each copy, which ends with it.
 */
import { Worker } from 'node:worker_threads';
import { type ErrorBody, StationError } from '#contract/error.ts';
import type { DatabaseCopy } from './store/copy-database.ts';

/**
 * Copies a database in a thread of its own; see `copyDatabase`, whose errors it has.
 * @param entry path of the thread entry
 */
export async function copyElsewhere(
  entry: string,
  files: { readonly file: string; readonly target: string },
): Promise<DatabaseCopy> {
  const worker = new Worker(entry, { workerData: files });
  const said = await new Promise<{ copy?: DatabaseCopy; error?: ErrorBody }>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', (code) => {
      reject(
        new StationError(
          'SYS_001',
          `The thread that copies the database ended with ${String(code)}. Try again.`,
        ),
      );
    });
  });
  if (said.copy !== undefined) return said.copy;
  throw StationError.fromBody(
    said.error ?? { code: 'SYS_001', message: 'The database was not copied.' },
  );
}
