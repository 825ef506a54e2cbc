/**
 * The inside of the review thread: opens the database for reading, answers questions one by one.
 */
import path from 'node:path';
import type { MessagePort } from 'node:worker_threads';
import { StationError } from '#contract/error.ts';
import { createReview } from './review.ts';
import type { FromReview, ToReview } from './review-protocol.ts';
import { openDatabase } from './store/database.ts';

/** Serves until it is told to close. What a question throws is said on the port. */
export function serveReview(port: MessagePort, { folder }: { readonly folder: string }): void {
  const database = openDatabase({ file: path.join(folder, 'station.db'), role: 'reader' });
  const review = createReview(database);
  const say = (message: FromReview): void => port.postMessage(message);

  port.on('message', (message: ToReview) => {
    if (message.kind === 'close') {
      database.close();
      port.close();
      return;
    }
    const { id, name, cancelled } = message;
    const flag = new Int32Array(cancelled);
    const isCancelled = (): boolean => Atomics.load(flag, 0) !== 0;
    // The message type ties name and input together; TypeScript cannot follow that through an index.
    const answer = review[name] as (input: unknown, isCancelled: () => boolean) => unknown;
    try {
      say({ kind: 'answer', id, output: answer(message.input, isCancelled) });
    } catch (error) {
      say({ kind: 'refused', id, error: StationError.from(error, 'SYS_002').toBody() });
    }
  });
}
