/**
 * Ends this process when it uses too much memory. It watches from a thread of its own, because a model that is being
 * loaded or run blocks the main one, and ONNX Runtime knows no limit.
 */
import { Worker } from 'node:worker_threads';

/** Given as text and not as a file, so that it is there in every build. */
const watch = `
  const { workerData: { maxMemoryBytes, lookEveryMs } } = require('node:worker_threads');
  setInterval(() => {
    if (process.memoryUsage.rss() > maxMemoryBytes) process.kill(process.pid, 'SIGKILL');
  }, lookEveryMs);
`;
const lookEveryMs = 20;

/** From now on the process is killed (exit code 137, or 1 on Windows) when its resident memory passes the limit. */
export function guardMemory(maxMemoryBytes: number): void {
  const guard = new Worker(watch, { eval: true, workerData: { maxMemoryBytes, lookEveryMs } });
  guard.unref();
}
