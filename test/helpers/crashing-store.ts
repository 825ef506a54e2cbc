/**
 * The thread of the store with one flaw: asked for the setting "crash" it ends as a fault in native code would end it.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { serveStore } from '#engine/store/serve.ts';
import type { ReaderOperations, ThreadSettings, ToThread } from '#engine/store/messages.ts';

if (parentPort === null) throw new Error('runs in a thread');
parentPort.on('message', (message: ToThread<ReaderOperations>) => {
  if (message.kind === 'request' && message.input === 'crash') process.exit(139);
});
serveStore(parentPort, workerData as ThreadSettings);
