/**
 * Entry of the review thread.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { assert } from '#engine/base/assert.ts';
import { serveReview } from '#engine/serve-review.ts';

assert(parentPort !== null, 'the review runs in a thread, not as a program');
serveReview(parentPort, workerData as { readonly folder: string });
