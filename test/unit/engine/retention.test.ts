import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { folderAmount, removeOldFiles } from '#engine/base/folder-files.ts';
import { keepRetention, type RetentionDeps } from '#engine/retention.ts';
import { measureAmount } from '#engine/store/amounts.ts';
import { openDatabase } from '#engine/store/database.ts';
import {
  addNotifications,
  pruneNotifications,
  removeChannel,
  saveChannel,
} from '#engine/store/notifications.ts';
import { insertBlock } from '#engine/store/trajectories.ts';
import { aChannel } from '#test/notify-rig.ts';
import {
  aRecord,
  keepingLogger,
  memoryDatabase,
  start,
  tempFolder,
  tempStore,
  testClock,
} from '#test/store.ts';

const dayMs = 86_400_000;
const minutes = (count: number): number => count * 60_000;

/** A retention with a clock, timers and removers of the test. */
async function rig(changes: Partial<RetentionDeps> = {}) {
  const clock = testClock();
  const asked: [string, number][] = [];
  const timers: { ms: number; act: () => void }[] = [];
  const kept = new Map<string, unknown>();
  const log = keepingLogger();
  const remover = (kind: string) => (step: { beforeMs: number }) => {
    asked.push([kind, (clock.now() - step.beforeMs) / dayMs]);
    return Promise.resolve(0);
  };
  const retention = await keepRetention({
    ...{ clock, log, pathDays: 12 },
    store: {
      settings: {
        get: (key, schema) => Promise.resolve(kept.has(key) ? schema.parse(kept.get(key)) : null),
        set: (key, value) => Promise.resolve(void kept.set(key, value)),
        remove: () => Promise.resolve(),
      },
    },
    removers: {
      paths: remover('paths'),
      alerts: remover('alerts'),
      notifications: remover('notifications'),
      metrics: remover('metrics'),
      experiments: remover('experiments'),
      logs: remover('logs'),
      downloads: remover('downloads'),
    },
    tidyClips: () => Promise.resolve(),
    later(ms, act) {
      timers.push({ ms, act });
      return () => undefined;
    },
    ...changes,
  });
  onTestFinished(() => retention.close());
  return { retention, clock, asked, timers, kept, log };
}

describe('what is older than its time', () => {
  it('is removed a minute after the start and every hour, each kind by its own time', async () => {
    const { retention, asked, timers } = await rig();
    expect(timers.map(({ ms }) => ms)).toEqual([minutes(1)]);
    timers[0]?.act();
    await retention.cleanUp();
    expect(timers.map(({ ms }) => ms)).toEqual([minutes(1), minutes(60)]);
    expect(asked.slice(0, 7)).toEqual([
      ['paths', 12],
      ['alerts', 400],
      ['notifications', 30],
      ['metrics', 7],
      ['experiments', 400],
      ['logs', 30],
      ['downloads', 7],
    ]);
  });

  it('follows what an admin sets, also after a restart', async () => {
    const { retention, kept } = await rig();
    await retention.set('paths', 3);
    expect(retention.daysOf('paths')).toBe(3);
    expect([...kept]).toEqual([['retention', { paths: 3 }]]);
  });

  it.each([
    ['paths', 367],
    ['alerts', 6],
    ['logs', 0],
    ['downloads', 91],
  ] as const)('of %s is not kept for %i days', async (kind, days) => {
    const { retention } = await rig();
    await expect(retention.set(kind, days)).rejects.toMatchObject({
      ...{ code: 'REQ_001', path: 'days' },
    });
    expect(retention.daysOf(kind)).not.toBe(days);
  });

  it('is tried again later when it cannot be removed, and keeps nothing else from it', async () => {
    const { retention, asked, log } = await rig({
      tidyClips: () => Promise.reject(new Error('busy')),
    });
    const cleanup = await retention.cleanUp();
    expect(asked).toHaveLength(7);
    expect(cleanup.removed).toEqual({
      paths: 0,
      alerts: 0,
      notifications: 0,
      metrics: 0,
      experiments: 0,
      logs: 0,
      downloads: 0,
    });
    expect(log.lines).toContainEqual(['warn old data not removed', expect.anything()]);
  });

  it('goes in small steps between which crossings are written', async () => {
    const folder = tempFolder();
    const database = openDatabase({ file: path.join(folder, 'station.db'), role: 'writer' });
    database.transaction(() => {
      for (let index = 0; index < 400; index += 1) addBlock(database, start - 40 * dayMs + index);
      addBlock(database, start);
    })();
    database.close();
    const store = await tempStore({ folder });
    let steps = 0;
    const { retention } = await rig({
      removers: {
        paths: async (step) => {
          const removed = await store.trajectories.prune(step);
          steps += 1;
          return removed;
        },
        alerts: (step) => store.alerts.prune(step),
        notifications: (step) => store.notifications.prune(step),
        metrics: (step) => store.metrics.prune(step),
        experiments: (step) => store.experiments.prune(step),
        logs: () => Promise.resolve(0),
        downloads: () => Promise.resolve(0),
      },
    });
    const cleaning = retention.cleanUp();
    await store.crossings.recordFrame(aRecord({ crossings: [{}] }));
    expect(steps).toBeLessThan(10);
    expect((await cleaning).removed).toMatchObject({ paths: 400 });
    expect(steps).toBe(21);
    expect(await store.amounts({ kind: 'paths' })).toMatchObject({ rows: 1 });
    expect(await store.amounts({ kind: 'counts' })).toMatchObject({ rows: 1, oldestAt: start });
  });
});

describe('notifications that are done', () => {
  it('go a few at a time; those that wait stay', () => {
    const database = memoryDatabase();
    const add = (channelId: string, key: string): void =>
      addNotifications(database, [
        {
          ...{ channelId, key, alertId: key, phase: 'firing', severity: 'warning', cameraId: null },
          ...{ metric: 'camera-offline', notice: '{"detail":""}', createdAt: start },
        },
      ]);
    saveChannel(database, { definition: aChannel({ kind: 'slack' }), secret: null }, start);
    for (const key of ['a', 'b']) add('slack', key);
    removeChannel(database, 'slack', start);
    add('other', 'c');
    expect(measureAmount(database, { kind: 'notifications', beforeMs: start + 1 }).rows).toBe(2);
    expect(pruneNotifications(database, { beforeMs: start + 1, limit: 1 })).toBe(1);
    expect(pruneNotifications(database, { beforeMs: start + 1, limit: 9 })).toBe(1);
    expect(measureAmount(database, { kind: 'notifications' }).rows).toBe(1);
  });
});

describe('how much there is', () => {
  it('is told for all of a kind and for what would be removed', () => {
    const database = memoryDatabase();
    addBlock(database, start - 20 * dayMs);
    addBlock(database, start);
    expect(measureAmount(database, { kind: 'paths' })).toEqual({
      ...{ rows: 2, bytes: 20, oldestAt: start - 20 * dayMs + 1000 },
    });
    const beforeMs = start - 10 * dayMs;
    expect(measureAmount(database, { kind: 'paths', beforeMs }).rows).toBe(1);
    for (const kind of [
      'counts',
      'recordings',
      'blind-counts',
      'alerts',
      'notifications',
      'experiments',
      'audit',
      'accounts',
    ] as const) {
      expect(measureAmount(database, { kind })).toMatchObject({ rows: 0, oldestAt: null });
    }
  });

  it('is told of a folder, whose old files go a few at a time', async () => {
    const folder = tempFolder();
    const old = new Date(start - 5 * dayMs);
    mkdirSync(path.join(folder, 'deep'));
    for (const name of ['a', 'deep/b', 'today']) {
      writeFileSync(path.join(folder, name), 'text');
      if (name !== 'today') utimesSync(path.join(folder, name), old, old);
    }
    const step = { beforeMs: start - dayMs, limit: 1 };
    expect(await folderAmount(folder)).toMatchObject({ rows: 3, bytes: 12 });
    expect(await folderAmount(folder, step.beforeMs)).toEqual({
      ...{ rows: 2, bytes: 8, oldestAt: old.getTime() },
    });
    const except = path.join(folder, 'a');
    expect(await removeOldFiles(folder, { ...step, except })).toBe(1);
    expect(await removeOldFiles(folder, { ...step, except })).toBe(0);
    expect(await folderAmount(path.join(folder, 'none'))).toEqual({
      ...{ rows: 0, bytes: 0, oldestAt: null },
    });
    expect((await folderAmount(folder)).rows).toBe(2);
  });
});

function addBlock(database: Parameters<typeof insertBlock>[0], fromMs: number): void {
  insertBlock(database, {
    ...{ cameraId: 'gate', epoch: 1 },
    block: {
      ...{ picture: { width: 640, height: 360 }, fromMs, toMs: fromMs + 1000 },
      frames: new Uint8Array(4),
      parts: [
        {
          ...{ trackId: 1, label: 'person', firstMs: fromMs, lastMs: fromMs + 1000 },
          reach: { minX: 0, minY: 0, maxX: 1, maxY: 1 },
          path: new Uint8Array(6),
        },
      ],
    },
  });
}
