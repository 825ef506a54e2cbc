/**
 * Real stores and databases in temporary folders, for tests that run in vitest.
 */
import type { Database } from 'better-sqlite3';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import type { Clock } from '#engine/base/clock.ts';
import { type Fields, type Logger, silentLogger } from '#engine/base/log.ts';
import { createStore } from '#engine/store/create-store.ts';
import { openDatabase } from '#engine/store/database.ts';
import type { Store, StoreOptions } from '#engine/store/store.ts';
import { start, storeEntry } from './store-records.ts';

export * from './store-records.ts';

/** A folder that is removed when the test ends. */
export function tempFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'tallywatch-store-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

/** A migrated database of its own, closed when the test ends. */
export function tempDatabase(folder = tempFolder()): Database {
  const database = openDatabase({ file: path.join(folder, 'station.db'), role: 'writer' });
  onTestFinished(() => {
    database.close();
  });
  return database;
}

/** A migrated database in memory, for tests that need many. */
export function memoryDatabase(): Database {
  const database = openDatabase({ file: ':memory:', role: 'writer' });
  onTestFinished(() => {
    database.close();
  });
  return database;
}

export interface TestClock extends Clock {
  set(now: number): void;
}

/** A clock that stands still until it is set. */
export function testClock(now = start): TestClock {
  return {
    now: () => now,
    monotonicMs: () => now - start,
    set(next) {
      now = next;
    },
  };
}

/** A store with its threads, closed when the test ends. */
export async function tempStore(options: Partial<StoreOptions> = {}): Promise<Store> {
  const store = await createStore({
    folder: options.folder ?? tempFolder(),
    entry: storeEntry,
    clock: testClock(),
    log: silentLogger,
    spoolBytes: 64 * 1024,
    ...options,
  });
  onTestFinished(() => store.close());
  return store;
}

/** A logger that keeps its lines as `level fact`, with the fields of each. */
export function keepingLogger(): Logger & { readonly lines: [string, Fields][] } {
  const lines: [string, Fields][] = [];
  const keep =
    (level: string) =>
    (fact: string, fields: Fields = {}) => {
      lines.push([`${level} ${fact}`, fields]);
    };
  return {
    lines,
    debug: keep('debug'),
    info: keep('info'),
    warn: keep('warn'),
    error: keep('error'),
  };
}
