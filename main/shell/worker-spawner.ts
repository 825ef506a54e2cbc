/**
 * Starts worker processes as Electron utility processes.
 */
import os from 'node:os';
import { utilityProcess } from 'electron';
import { entryFile } from '#engine/host.ts';
import type { ChildProcessHandle, Host } from '#engine/host.ts';

/** The spawner of the Electron host. Call it after the app is ready. */
export function createUtilitySpawner(workersFolder: string): Host['spawnWorker'] {
  return (entry, env) => spawnUtility(entryFile(workersFolder, entry, false), env);
}

function spawnUtility(file: string, env: Readonly<Record<string, string>>): ChildProcessHandle {
  const child = utilityProcess.fork(file, [], {
    serviceName: 'Tallywatch worker',
    env: { ...process.env, ...env },
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
    onExit: (listener) => void child.once('exit', (code) => listener(toExitCode(code))),
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

const { SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGKILL, SIGSEGV, SIGTERM } =
  os.constants.signals;
const endingSignals = new Set([
  SIGILL,
  SIGTRAP,
  SIGABRT,
  SIGBUS,
  SIGFPE,
  SIGKILL,
  SIGSEGV,
  SIGTERM,
]);
const coreDumped = 0x80;

/**
 * The exit code of a utility process in the shape of a shell's: 128 + the signal's number when a signal ended it.
 *
 * `process.exit(n)` in the child arrives as n. Everything else arrives as waitpid gave it: the bare number of the
 * signal, plus 0x80 when a core was written, or n × 256 (Electron: UtilityProcessWrapper::HandleTermination,
 * Chromium: base::GetTerminationStatus). So our workers must not use the numbers of these signals as their own codes.
 */
export function toExitCode(code: number, platform: NodeJS.Platform = process.platform): number {
  if (platform === 'win32') return code;
  if (code >= 256) return code >> 8;
  const signal = code & ~coreDumped;
  return endingSignals.has(signal) ? 128 + signal : code;
}
