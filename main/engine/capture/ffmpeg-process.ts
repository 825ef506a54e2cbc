/**
 * Runs one ffmpeg or ffprobe: marked as ours, its messages without passwords, ended for sure.
 */
import { type ChildProcess, spawn, type StdioOptions } from 'node:child_process';
import os from 'node:os';
import { createInterface } from 'node:readline';
import type { Writable } from 'node:stream';
import { inputListFd } from './ffmpeg-input.ts';
import { notePid } from './pid-list.ts';

/** Names of the environment variables by which a process of ours is known. */
export const ownerVariable = 'TALLYWATCH_OWNER';
export const parentVariable = 'TALLYWATCH_PARENT';

export interface FfmpegRun {
  readonly path: string;
  readonly args: readonly string[];
  readonly owner: string;
  readonly stdio: readonly Exclude<StdioOptions, string>[number][];
  /** List with the address of its input, where that holds a password; see `inputList` */
  readonly inputList?: string | null;
  /** Removes passwords from messages */
  readonly clean: (text: string) => string;
  /** Each line of its messages, already clean */
  readonly onLine?: (line: string) => void;
}

export interface FfmpegExit {
  /** Exit code; null when a signal ended it or it could not be started */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Its last messages, oldest first, without passwords */
  readonly lines: readonly string[];
}

export interface FfmpegProcess {
  readonly child: ChildProcess;
  /** Resolves when the process has ended and all of its messages are read; never rejects. */
  readonly exited: Promise<FfmpegExit>;
  kill(): void;
}

/** Messages that are kept: the causes of a failure are among the last. */
const maxLines = 60;
/** A camera may send garbage by the megabyte; a message is a line. */
const maxLineLength = 500;
/**
 * Decoding yields to inference: a picture that is decoded late waits in the pipe, one that is inferred late is replaced
 * by the next and lost.
 */
const niceness = os.constants.priority.PRIORITY_BELOW_NORMAL;

export function runFfmpeg(run: FfmpegRun): FfmpegProcess {
  const lines: string[] = [];
  const child = spawn(run.path, run.args, {
    stdio: stdioOf(run),
    windowsHide: true,
    env: {
      ...process.env,
      AV_LOG_FORCE_NOCOLOR: '1',
      [ownerVariable]: run.owner,
      [parentVariable]: String(process.pid),
    },
  });

  function say(line: string): void {
    const text = run.clean(line.slice(0, maxLineLength));
    lines.push(text);
    if (lines.length > maxLines) lines.shift();
    run.onLine?.(text);
  }

  if (child.pid !== undefined) yieldToInference(child.pid);
  giveList(child, run.inputList ?? null);
  const messages = child.stderr;
  if (messages) createInterface({ input: messages }).on('line', say);

  if (child.pid !== undefined && process.platform !== 'linux') {
    child.once('exit', notePid(run.owner, child.pid));
  }

  const exited = new Promise<FfmpegExit>((resolve) => {
    child.once('error', (error) => {
      // A process that could not be started has no exit event.
      if (child.pid !== undefined) return;
      say(`[fatal] ${error.message}`);
      resolve({ code: null, signal: null, lines });
    });
    child.once('exit', (code, signal) => {
      const done = (): void => resolve({ code, signal, lines });
      if (!messages || messages.readableEnded || messages.destroyed) done();
      else messages.once('close', done);
    });
  });

  return {
    child,
    exited,
    kill() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    },
  };
}

function stdioOf({ stdio, inputList }: FfmpegRun): StdioOptions {
  if (inputList === undefined || inputList === null) return [...stdio];
  const between = new Array<'ignore'>(inputListFd - stdio.length).fill('ignore');
  return [...stdio, ...between, 'pipe'];
}

function giveList(child: ChildProcess, list: string | null): void {
  if (list === null) return;
  const pipe = child.stdio.at(inputListFd) as Writable;
  // A process that has ended already says why itself.
  pipe.on('error', () => undefined);
  pipe.end(list);
}

function yieldToInference(pid: number): void {
  try {
    os.setPriority(pid, niceness);
  } catch {
    // It has ended already, or this system does not allow it: then all share alike.
  }
}

export interface FfmpegResult extends FfmpegExit {
  readonly output: Buffer;
  /** It was ended because the time was up or the caller cancelled */
  readonly isEnded: boolean;
}

/** Runs to its end, at most `limitMs`, and collects what it writes to stdout. Further pipes are read and dropped. */
export async function runToEnd(
  run: Omit<FfmpegRun, 'stdio'> & { readonly extraPipes?: number },
  limitMs: number,
  signal?: AbortSignal,
): Promise<FfmpegResult> {
  const extra = new Array<'pipe'>(run.extraPipes ?? 0).fill('pipe');
  const process = runFfmpeg({ ...run, stdio: ['ignore', 'pipe', 'pipe', ...extra] });
  const chunks: Buffer[] = [];
  let isEnded = false;
  const end = (): void => {
    isEnded = true;
    process.kill();
  };
  const timer = setTimeout(end, limitMs);
  signal?.addEventListener('abort', end);
  if (signal?.aborted === true) end();
  const { stdout, stdio } = process.child;
  const read = new Promise<void>((resolve) => {
    if (stdout) stdout.on('data', (chunk: Buffer) => chunks.push(chunk)).once('close', resolve);
    else resolve();
  });
  for (const pipe of stdio.slice(3)) if (pipe && 'resume' in pipe) pipe.resume();
  const exit = await process.exited;
  // A program that could not be started has pipes that never close.
  if (process.child.pid !== undefined) await read;
  clearTimeout(timer);
  signal?.removeEventListener('abort', end);
  return { ...exit, output: Buffer.concat(chunks), isEnded };
}
