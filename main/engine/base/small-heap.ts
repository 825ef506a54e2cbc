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

/**
 * The same for a process of Node, as arguments of its start. Garbage among lasting objects is collected after 2 MB of them
 * instead of 8, so that a thread that keeps 20 MB does not swing between 20 and 40 over an hour.
 */
export const smallHeapFlags: readonly string[] = [
  '--optimize-for-size',
  `--max-semi-space-size=${String(semiSpaceMb)}`,
];

/**
 * The same for what native code takes from the C library of Linux, as variables of the environment; others do not read them. Left
 * alone glibc gives every thread a heap of its own and keeps what was freed in it: station and workers of eight cameras held 90 MB
 * more, and went on growing for half an hour.
 */
export const smallHeapEnv: Readonly<Record<string, string>> = {
  MALLOC_ARENA_MAX: '2',
  MALLOC_TRIM_THRESHOLD_: String(128 * 1024),
};
