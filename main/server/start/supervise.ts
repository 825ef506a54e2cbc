/**
 * Keeps one process running: an abnormal end is followed by a new start, within a budget.
 */
import type { ChildProcess } from 'node:child_process';
import os from 'node:os';
import type { RestartBudget } from '#engine/base/backoff.ts';
import type { Clock } from '#engine/base/clock.ts';

/** What a station answers when only a person can mend the start: wrong flags, a port in use, a folder in use. */
const mendableExitCode = 2;
/** A station closes within 5 s of being asked; then it is ended. */
const killAfterMs = 7_000;

/** Tells a process that it is started again when it ends with another code than 0. */
export const supervisedVariable = 'TALLYWATCH_SUPERVISED';

export interface Supervised {
  readonly start: () => ChildProcess;
  /** Asks the process to end. */
  readonly stop: (child: ChildProcess) => void;
}

export interface SuperviseOptions {
  readonly budget: RestartBudget;
  readonly clock: Clock;
  /** One line for the person at the terminal */
  readonly say: (line: string) => void;
  /** Ends everything when it is aborted */
  readonly signal: AbortSignal;
}

export interface End {
  /** Exit code, 128 + the signal's number when a signal ended the process */
  readonly code: number;
  /** How long the last run was, ms */
  readonly ranMs: number;
}

/** Resolves when the process ended for good: by its own wish, by ours, or because its budget is used up. */
export async function supervise(process: Supervised, options: SuperviseOptions): Promise<End> {
  const { budget, clock, say, signal } = options;
  for (;;) {
    const startedAt = clock.monotonicMs();
    const code = await runOnce(process, signal);
    const end = { code, ranMs: clock.monotonicMs() - startedAt };
    if (code === 0 || code === mendableExitCode || signal.aborted) return end;
    if (!budget.take(clock.monotonicMs())) return end;
    say(`The station ended with ${code} and is started again.`);
  }
}

async function runOnce({ start, stop }: Supervised, signal: AbortSignal): Promise<number> {
  const child = start();
  let killTimer: NodeJS.Timeout | undefined;
  const end = (): void => {
    stop(child);
    killTimer = setTimeout(() => child.kill('SIGKILL'), killAfterMs);
  };
  signal.addEventListener('abort', end, { once: true });
  try {
    return await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code, name) =>
        resolve(code ?? 128 + (name ? os.constants.signals[name] : 0)),
      );
    });
  } finally {
    signal.removeEventListener('abort', end);
    clearTimeout(killTimer);
  }
}
