/**
 * Memory of V8 for threads and processes that hold little for long. Left alone V8 lets the space of young objects grow to three
 * times 16 MB in each thread, step by step over hours, as if memory were lost: after 20 minutes four threads of a worker
 * held 250 MB of which 40 were in use.
 */
import type { ResourceLimits } from 'node:worker_threads';

/** Megabytes of a half of the space of young objects */
const semiSpaceMb = 4;

/** For a thread that works picture by picture. Beyond 256 MB of lasting objects it ends, and is started anew. */
export const smallHeap: ResourceLimits = {
  maxYoungGenerationSizeMb: 3 * semiSpaceMb,
  maxOldGenerationSizeMb: 256,
};

/** For a thread that may hold much for a moment, as reports and exports do. */
export const smallYoungHeap: ResourceLimits = { maxYoungGenerationSizeMb: 3 * semiSpaceMb };

/** The same for the main thread of a process of Node, as arguments of its start. */
export const smallYoungHeapFlags: readonly string[] = [
  `--max-semi-space-size=${String(semiSpaceMb)}`,
];
