/**
 * Ends a server of a test the hard way, as a power cut would.
 */
import type { ChildProcess } from 'node:child_process';

/** Resolves when it is gone; nothing to do when it has ended by itself. */
export async function endProcess(child: ChildProcess | null): Promise<void> {
  if (child === null || child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
}
