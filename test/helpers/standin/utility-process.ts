/**
 * `utilityProcess` as a forked Node with `process.parentPort`.
 */
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { EventEmitter } from 'node:events';
import os from 'node:os';
import type { Readable } from 'node:stream';
import { app } from './app.ts';

interface ForkOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly execArgv?: readonly string[];
  readonly cwd?: string;
  readonly serviceName?: string;
  readonly stdio?: 'pipe' | 'ignore' | 'inherit';
}

const parentPort = new URL('./parent-port.ts', import.meta.url).href;

class UtilityProcess extends EventEmitter {
  /** Undefined before 'spawn' and after 'exit', as in Electron */
  pid: number | undefined;
  readonly stdout: Readable | null;
  readonly stderr: Readable | null;
  readonly #child: ChildProcess;

  constructor(file: string, values: readonly string[], options: ForkOptions) {
    super();
    const stdio = options.stdio ?? 'inherit';
    const child = fork(file, [...values], {
      execArgv: ['--no-warnings', '--import', parentPort, ...(options.execArgv ?? [])],
      env: options.env ?? process.env,
      serialization: 'advanced',
      stdio: ['ignore', stdio, stdio, 'ipc'],
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    });
    this.#child = child;
    this.stdout = child.stdout;
    this.stderr = child.stderr;
    const endWithUs = (): void => void child.kill('SIGKILL');
    process.once('exit', endWithUs);
    child.once('spawn', () => {
      this.pid = child.pid;
      this.emit('spawn');
    });
    child.on('message', (data) => this.emit('message', data));
    child.once('exit', (code, signal) => {
      process.off('exit', endWithUs);
      this.pid = undefined;
      // Electron gives the bare number of the signal.
      const exitCode = code ?? os.constants.signals[signal!];
      this.emit('exit', exitCode);
      app.emit(
        'child-process-gone',
        {},
        {
          type: 'Utility',
          reason: reasonOf(code, signal),
          exitCode,
          serviceName: 'node.mojom.NodeService',
          name: options.serviceName ?? 'Node Utility Process',
        },
      );
    });
  }

  postMessage(data: object): void {
    if (this.#child.connected) this.#child.send(data);
  }

  kill(): boolean {
    return this.pid !== undefined && this.#child.kill('SIGTERM');
  }
}

function reasonOf(code: number | null, signal: NodeJS.Signals | null): string {
  if (signal !== null) return signal === 'SIGTERM' || signal === 'SIGKILL' ? 'killed' : 'crashed';
  return code === 0 ? 'clean-exit' : 'abnormal-exit';
}

export const utilityProcess = {
  fork: (file: string, values: readonly string[] = [], options: ForkOptions = {}): UtilityProcess =>
    new UtilityProcess(file, values, options),
};
