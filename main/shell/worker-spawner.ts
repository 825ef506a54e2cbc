/**
 * Starts worker processes as Electron utility processes.
 */
import { utilityProcess } from 'electron';
import { smallHeapEnv } from '#engine/base/small-heap.ts';
import { entryFile } from '#engine/host.ts';
import type { ChildProcessHandle, Host } from '#engine/host.ts';
import { toExitCode } from './exit-code.ts';

/** The spawner of the Electron host. Call it after the app is ready. */
export function createUtilitySpawner(workersFolder: string): Host['spawnWorker'] {
  return (entry, env) => spawnUtility(entryFile(workersFolder, entry), env);
}

function spawnUtility(file: string, env: Readonly<Record<string, string>>): ChildProcessHandle {
  const child = utilityProcess.fork(file, [], {
    serviceName: 'Tallywatch worker',
    env: { ...smallHeapEnv, ...process.env, ...env },
  });
  let isRunning = false;
  let isDoomed = false;
  child.once('spawn', () => {
    isRunning = true;
    if (isDoomed) endNow(child.pid);
  });
  child.once('exit', () => {
    isRunning = false;
  });

  return {
    get pid() {
      return child.pid;
    },
    post: (message) => child.postMessage(message),
    onMessage: (listener) => void child.on('message', listener),
    onExit: (listener) =>
      void child.once('exit', (code) => listener(toExitCode(code, process.platform))),
    kill() {
      // Before 'spawn' there is no process to end yet: the wish is remembered.
      isDoomed = true;
      if (isRunning) endNow(child.pid);
    },
  };
}

/** Ends a process without asking it: `UtilityProcess.kill` sends SIGTERM, which a wedged native call never sees. */
function endNow(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    // It ended in this very moment.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
