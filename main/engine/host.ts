/**
 * What a host (Electron, plain Node, command line, test) supplies to a station.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Release } from '#contract/update.ts';
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
export type ProcessEntry = 'worker' | 'inspect' | 'serving' | 'variant' | 'shadow' | 'tuning';

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

/**
 * How this installation replaces itself. Everything that is decided about updates is decided by the engine.
 * Every function rejects with UPD_001 when the server cannot be reached, UPD_002 when what it gives is not what was released.
 */
export interface UpdateDriver {
  /** The newest version of a channel; null when nothing newer than this one is there. */
  check(feed: UpdateFeed): Promise<Release | null>;
  /** Fetches what the last check found, and checks it. `onShare` gets 0…1. */
  download(onShare: (share: number) => void): Promise<void>;
  /** Puts the package that runs into a folder, to come back to; false where that is not possible. */
  keepRunning(folder: string): Promise<boolean>;
  /** Ends the app; when the station is closed, what was fetched is put in place and started. */
  install(): void;
  /** Puts the package of a version back that `keepRunning` kept, ends the app and starts it. */
  goBack(folder: string, version: string): Promise<void>;
}

export interface UpdateFeed {
  /** Address of the server of updates */
  readonly url: string;
  readonly channel: string;
  /** Base64 of the public key with which releases are signed */
  readonly publicKey: string;
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
  /** null where the program was not installed as an app: it is then updated by whoever installed it */
  readonly updates: UpdateDriver | null;
  /** Closes the station and has it started again; null where nobody would start it */
  readonly restart: (() => void) | null;
  /** Starts a worker process from `paths.workers`. */
  spawnWorker(entry: ProcessEntry, env: Readonly<Record<string, string>>): ChildProcessHandle;
}

/** A worker or thread entry in this folder: TypeScript where the folder is of sources, JavaScript where it was built. */
export function entryFile(folder: string, name: string): string {
  const source = path.join(folder, `${name}.ts`);
  return existsSync(source) ? source : path.join(folder, `${name}.js`);
}
