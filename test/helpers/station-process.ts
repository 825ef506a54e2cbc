/**
 * A real headless station in a process of its own, on a data folder of its own, for tests that pull its plug.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { StationError } from '#contract/error.ts';
import type { CallName, InputOf, OutputOf } from '#contract/procedures.ts';
import { smallHeapEnv, smallHeapFlags } from '#engine/base/small-heap.ts';

const root = path.resolve(import.meta.dirname, '../..');
/** A busy machine takes minutes to start one */
const startLimitMs = 180_000;

export interface StationProcess {
  readonly url: string;
  readonly pid: number;
  readonly dataFolder: string;
  /** Everything it has printed */
  output(): string;
  call<N extends CallName>(name: N, input: InputOf<N>): Promise<OutputOf<N>>;
  /** Ends it as a power cut would, and resolves when it is gone. */
  kill(): Promise<void>;
  /** Asks it to stop, and resolves with its exit code. */
  stop(): Promise<number | null>;
}

export interface StationProcessOptions {
  readonly dataFolder?: string;
  readonly flags?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Folder of the program, where it is a copy with files of its own; see `copyProgram` */
  readonly program?: string;
}

/** A data folder that is removed by `removeFolders`. */
export function scratchFolder(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'station-'));
  folders.push(folder);
  return folder;
}

const folders: string[] = [];
const running = new Set<ChildProcess>();

/** Ends what is left and removes the folders; for `afterAll`. */
export function cleanUp(): void {
  for (const child of running) child.kill('SIGKILL');
  for (const folder of folders.splice(0)) {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** The same program in a scratch folder, with files of its own where a test changes them. */
export function copyProgram(): string {
  const folder = scratchFolder();
  for (const name of ['main', 'resources', 'package.json']) {
    cpSync(path.join(root, name), path.join(folder, name), { recursive: true });
  }
  symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
  return folder;
}

/** Starts a station and resolves when it prints its address. Rejects with what it printed when it ends before. */
export async function startStation(options: StationProcessOptions = {}): Promise<StationProcess> {
  const dataFolder = options.dataFolder ?? scratchFolder();
  const program = options.program ?? root;
  const child = spawn(
    process.execPath,
    [
      ...[...smallHeapFlags, '-r', path.join(program, 'main/require-node.cjs')],
      path.join(program, 'main/headless.ts'),
      ...['--data-folder', dataFolder, '--port', '0', '--demo', 'off'],
      ...(options.flags ?? []),
    ],
    { stdio: ['ignore', 'pipe', 'pipe'], env: { ...smallHeapEnv, ...process.env, ...options.env } },
  );
  running.add(child);
  let text = '';
  const ended = new Promise<number | null>((resolve) => {
    child.on('exit', (code) => {
      running.delete(child);
      resolve(code);
    });
  });
  const url = await new Promise<string>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`not started in time:\n${text}`)), startLimitMs);
    const read = (part: Buffer): void => {
      text += part.toString();
      const address = /counts at (https?:\S+)/.exec(text)?.[1];
      if (address === undefined) return;
      clearTimeout(late);
      resolve(address);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    void ended.then((code) => {
      clearTimeout(late);
      reject(new Error(`ended with ${String(code)}:\n${text}`));
    });
  });
  return {
    url,
    pid: child.pid ?? 0,
    dataFolder,
    output: () => text,
    call: (name, input) => callHttp(url, name, input),
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
    stop() {
      child.kill('SIGTERM');
      return ended;
    },
  };
}

/** Asks a station over its HTTP door; rejects with the StationError that it answered. */
export async function callHttp<N extends CallName>(
  url: string,
  name: N,
  input: InputOf<N>,
): Promise<OutputOf<N>> {
  const response = await fetch(`${url}/api/v1/call/${name}`, {
    method: 'POST',
    body: JSON.stringify(input),
    headers: { 'content-type': 'application/json' },
  });
  const body: unknown = await response.json();
  if (response.ok) return body as OutputOf<N>;
  throw StationError.fromBody((body as { error: ReturnType<StationError['toBody']> }).error);
}

/** Asks again and again until `isDone` holds; rejects with the last answer when it does not in time. */
export async function until<T>(
  ask: () => Promise<T> | T,
  isDone: (answer: T) => boolean,
  limitMs: number,
): Promise<T> {
  const endMs = performance.now() + limitMs;
  for (;;) {
    const answer = await ask();
    if (isDone(answer)) return answer;
    if (performance.now() > endMs) {
      throw new Error(`not within ${String(limitMs)} ms; last: ${JSON.stringify(answer)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
