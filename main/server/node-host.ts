/**
 * The host under plain Node: worker processes by fork, JSON-lines log in the data folder, short lines on the terminal.
 */
import { fork } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pino from 'pino';
import { StationError } from '#contract/error.ts';
import { isLogged, type LogLevel, parseLogLevels } from '#contract/log-levels.ts';
import type { Fields, Logger } from '#engine/base/log.ts';
import { smallHeapEnv, smallHeapFlags } from '#engine/base/small-heap.ts';
import { newestLog } from '#engine/log-names.ts';
import { openDailyLog } from './daily-log.ts';
import { type ChildProcessHandle, entryFile, type Host } from '#engine/host.ts';

export interface NodeHostOptions {
  readonly kind: 'headless' | 'cli';
  readonly version: string;
  readonly dataFolder: string;
  readonly resourcesFolder: string;
  readonly workersFolder: string;
  readonly logLevel: LogLevel;
  /** The same for single kinds of lines, as the setting `logLevels` says it */
  readonly logLevels?: string;
  /** The least severe line that is also shown on stderr */
  readonly terminalLevel: LogLevel | 'silent';
  /** Closes the station and has it started again; left out where nobody would start it */
  readonly restart?: () => void;
}

/** @throws StationError SYS_004 when the data folder cannot be made or written */
export function createNodeHost(options: NodeHostOptions): Host {
  return {
    kind: options.kind,
    version: options.version,
    paths: {
      data: options.dataFolder,
      resources: options.resourcesFolder,
      workers: options.workersFolder,
    },
    log: createLogger(options),
    keyGuard: null,
    updates: null,
    restart: options.restart ?? null,
    spawnWorker: (entry, env) => forkWorker(entryFile(options.workersFolder, entry), env),
  };
}

/** How this process was started, less what its children get anyway. */
const ownFlags = process.execArgv.filter((flag) => !smallHeapFlags.includes(flag));

/** Starts a worker process whose messages are structured clones. */
export function forkWorker(
  file: string,
  env: Readonly<Record<string, string>>,
): ChildProcessHandle {
  const child = fork(file, [], {
    serialization: 'advanced',
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    execArgv: [...ownFlags, ...smallHeapFlags],
    env: { ...smallHeapEnv, ...process.env, ...env },
  });
  // A process that cannot be started reports both error and exit; the exit is what is acted on.
  child.on('error', () => undefined);
  return {
    get pid() {
      return child.pid;
    },
    post: (message) => {
      if (child.connected) child.send(message as object);
    },
    onMessage: (listener) => child.on('message', listener),
    onExit: (listener) =>
      child.on('exit', (code, signal) =>
        listener(code ?? 128 + (signal ? os.constants.signals[signal] : 0)),
      ),
    kill: () => child.kill('SIGKILL'),
  };
}

function createLogger(options: NodeHostOptions): Logger {
  const { dataFolder, logLevel, logLevels = '', terminalLevel } = options;
  const file = path.join(dataFolder, 'logs', newestLog);
  try {
    mkdirSync(path.dirname(file), { recursive: true });
  } catch (cause) {
    throw new StationError(
      'SYS_004',
      `The data folder ${dataFolder} cannot be made or written: choose another with --data-folder.`,
      { cause },
    );
  }
  const toFile = pino(
    { level: 'debug', base: null },
    openDailyLog(file, () => Date.now()),
  );
  const toTerminal = pino(
    { level: terminalLevel, base: null },
    { write: (line: string) => showOnTerminal(line) },
  );
  const levels = { usual: logLevel, ofKinds: parseLogLevels(logLevels) ?? [] };
  const write =
    (level: LogLevel) =>
    (fact: string, fields: Fields = {}): void => {
      if (isLogged({ level, fact }, levels)) toFile[level](fields, fact);
      toTerminal[level](fields, fact);
    };
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
}

const levelNames: Record<number, string> = { 20: 'debug', 30: 'info', 40: 'WARN', 50: 'ERROR' };

function showOnTerminal(line: string): void {
  const { level, time, msg, ...fields } = JSON.parse(line) as Record<string, unknown>;
  const clock = new Date(Number(time)).toISOString().slice(11, 19);
  const rest = Object.entries(fields)
    .map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' ');
  process.stderr.write(`${clock} ${levelNames[Number(level)] ?? ''} ${String(msg)} ${rest}\n`);
}
