/**
 * Real stores and databases in temporary folders, and the records that tests put into them.
 */
import type { Database } from 'better-sqlite3';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import type { CameraSettings } from '#contract/camera.ts';
import type { Clock } from '#engine/base/clock.ts';
import { type Fields, type Logger, silentLogger } from '#engine/base/log.ts';
import { createStore } from '#engine/store/create-store.ts';
import { openDatabase } from '#engine/store/database.ts';
import type { FrameRecord, LineDefinition, NewCrossing } from '#engine/store/records.ts';
import type { Store, StoreOptions } from '#engine/store/store.ts';

/** The thread entry, run from source. */
export const storeEntry = path.resolve(import.meta.dirname, '../../main/workers/store.ts');

/** 2026-03-02 10:00:00 UTC, a whole hour. */
export const start = Date.UTC(2026, 2, 2, 10);

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

export function aCamera(changes: Partial<CameraSettings> = {}): CameraSettings {
  return {
    id: 'gate',
    name: 'Gate',
    source: 'rtsp://user:secret@10.0.0.7/stream',
    transport: 'tcp',
    fps: 10,
    isLooped: false,
    isEnabled: true,
    ...changes,
  };
}

export function aLine(changes: Partial<LineDefinition> = {}): LineDefinition {
  return {
    id: 'door',
    cameraId: 'gate',
    name: 'Door',
    points: [
      { x: 0.1, y: 0.5 },
      { x: 0.9, y: 0.5 },
    ],
    anchor: 'bottom',
    labels: [],
    ...changes,
  };
}

export function aCrossing(changes: Partial<NewCrossing> = {}): NewCrossing {
  return {
    lineId: 'door',
    lineRevision: 1,
    trackId: 1,
    ordinal: 0,
    direction: 'in',
    label: 'person',
    at: start,
    score: 0.75,
    point: { x: 0.5, y: 0.6 },
    box: { x: 0.4, y: 0.2, width: 0.1, height: 0.4 },
    modelDigest: 'a'.repeat(64),
    configDigest: 'b'.repeat(64),
    ...changes,
  };
}

export interface RecordChanges {
  readonly cameraId?: string;
  readonly epoch?: number;
  readonly frameSeq?: number;
  readonly at?: number;
  readonly crossings?: readonly Partial<NewCrossing>[];
  readonly observed?: FrameRecord['observed'];
  readonly state?: string;
}

export function aRecord(changes: RecordChanges = {}): FrameRecord {
  const { cameraId = 'gate', epoch = 1, frameSeq = 1, at = start, state = '{}' } = changes;
  return {
    cameraId,
    crossings: (changes.crossings ?? []).map((crossing) => aCrossing(crossing)),
    checkpoint: { cameraId, epoch, frameSeq, at, state },
    observed: changes.observed ?? null,
  };
}
