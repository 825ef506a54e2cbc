/**
 * Entry of a thread of the store: the one writer, or a reader.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { assert } from '#engine/base/assert.ts';
import { tidyHeap } from '#engine/base/tidy-heap.ts';
import type { ThreadSettings } from '#engine/store/messages.ts';
import { serveStore } from '#engine/store/serve.ts';

assert(parentPort !== null, 'the store runs in a thread, not as a program');
tidyHeap();
serveStore(parentPort, workerData as ThreadSettings);
