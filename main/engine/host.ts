/**
 * What a host (Electron, plain Node, command line, test) supplies to a station.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Clock } from './base/clock.ts';
import type { Logger } from './base/log.ts';

/** A process of ours at the other end of a message channel. */
export interface ChildProcessHandle {
  readonly pid: number | undefined;
  post(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
  /** `code` is the exit code, 128 + the signal's number when a signal ended it */
  onExit(listener: (code: number) => void): void;
  kill(): void;
}

/** Entry points that run as processes of their own. */
export type ProcessEntry = 'worker' | 'inspect' | 'serving' | 'variant';

export interface HostPaths {
  /** Database, models, logs of this station */
  readonly data: string;
  /** Files that come with the product: embedded model, catalog */
  readonly resources: string;
  /** Folder of the worker entry points */
  readonly workers: string;
}

/** The keychain of the system, as far as it can be had: it keeps the keys of secrets. */
export interface KeyGuard {
  isAvailable(): Promise<boolean>;
  /** What may lie in a file for this text. Rejects when the keychain refuses. */
  wrap(text: string): Promise<string>;
  /** Rejects when the keychain is not the one that wrapped it. */
  unwrap(wrapped: string): Promise<string>;
}

export interface Host {
  readonly kind: 'electron' | 'headless' | 'cli';
  readonly version: string;
  readonly paths: HostPaths;
  readonly log: Logger;
  /** Left out, the clock of this machine; a drill has one that jumps */
  readonly clock?: Clock;
  /** null where only the rights of the key file protect it: plain Node */
  readonly keyGuard: KeyGuard | null;
  /** Starts a worker process from `paths.workers`. */
  spawnWorker(entry: ProcessEntry, env: Readonly<Record<string, string>>): ChildProcessHandle;
}

/** A worker or thread entry in this folder: TypeScript where the folder is of sources, JavaScript where it was built. */
export function entryFile(folder: string, name: string): string {
  const source = path.join(folder, `${name}.ts`);
  return existsSync(source) ? source : path.join(folder, `${name}.js`);
}
