/**
 * Ends this process when it uses too much memory, or when its station is gone and it does not see that itself. It watches from a
 * thread of its own, because a model that is being loaded or run blocks the main one, ONNX Runtime knows no limit, and a run
 * that never ends would compute for ever.
 */
import { Worker } from 'node:worker_threads';

/** Given as text and not as a file, so that it is there in every build. */
const watch = `
  const { workerData: { maxMemoryBytes, lookEveryMs, graceMs } } = require('node:worker_threads');
  const parent = process.ppid;
  let aloneMs = 0;
  const isAlone = () => {
    if (process.ppid !== parent) return true;
    try { process.kill(parent, 0); return false; } catch (error) { return error.code === 'ESRCH'; }
  };
  setInterval(() => {
    aloneMs = isAlone() ? aloneMs + lookEveryMs : 0;
    const isTooLarge = process.memoryUsage.rss() > maxMemoryBytes;
    if (isTooLarge || aloneMs >= graceMs) process.kill(process.pid, 'SIGKILL');
  }, lookEveryMs);
`;
const lookEveryMs = 20;
/** So long a process whose station is gone may take to end by itself, ms */
export const orphanGraceMs = 3_000;

/** From now on the process is killed (exit code 137, or 1 on Windows) when its resident memory passes the limit. */
export function guardProcess(maxMemoryBytes: number): void {
  const workerData = { maxMemoryBytes, lookEveryMs, graceMs: orphanGraceMs };
  const guard = new Worker(watch, { eval: true, workerData });
  guard.unref();
}
