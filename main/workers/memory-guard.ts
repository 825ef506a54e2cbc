/**
 * Entry of a thread that ends its process when it uses too much memory. It is a thread because a model that is being
 * loaded or run blocks the main one, and ONNX Runtime knows no limit.
 */
import { workerData } from 'node:worker_threads';
import { z } from 'zod';

const { maxMemoryBytes } = z.object({ maxMemoryBytes: z.number() }).parse(workerData);
const lookEveryMs = 20;

setInterval(() => {
  if (process.memoryUsage.rss() > maxMemoryBytes) process.kill(process.pid, 'SIGKILL');
}, lookEveryMs);
