/**
 * The keeper of updates on a real database, with an installation of its own making.
 */
import Database from 'better-sqlite3';
import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { StationError } from '#contract/error.ts';
import type { Release, UpdateStatus } from '#contract/update.ts';
import { silentLogger } from '#engine/base/log.ts';
import type { UpdateDriver } from '#engine/host.ts';
import { getSetting, setSetting } from '#engine/store/settings.ts';
import { keepUpdates, type UpdateKeeperDeps } from '#engine/update-keeper.ts';
import { beginAfterUpdate, startAfterUpdate } from '#engine/update-start.ts';
import { quietMs } from '#engine/update/install-rule.ts';
import { provenWithinMs, type TrialNote, wellForMs } from '#engine/update/trial.ts';
import { readTrialNote, updateFolder, writeTrialNote } from '#engine/update/trial-file.ts';
import { memoryDatabase, start, tempFolder, testClock } from '#test/store.ts';

const release: Release = {
  ...{ version: '1.1.0', releasedAt: null, notes: '', bytes: 9, sharePercent: null },
};
const allNight = { channel: 'latest', mode: 'install', from: '00:00', to: '23:59' } as const;
const feed = { url: 'http://updates.lan/', publicKey: 'key' };

async function setUp(change: Partial<UpdateKeeperDeps> = {}, offered: Release | null = release) {
  const folder = tempFolder();
  const clock = testClock();
  const settings = memoryDatabase();
  const store = {
    settings: {
      get: <T>(key: string, schema: z.ZodType<T>) => {
        const text = getSetting(settings, key);
        return Promise.resolve(text === null ? null : schema.parse(JSON.parse(text)));
      },
      set: (key: string, value: unknown) => {
        setSetting(settings, { key, value, now: 0 });
        return Promise.resolve();
      },
      remove: () => Promise.resolve(),
    },
  };
  const said: string[] = [];
  const driver: UpdateDriver = {
    check: () => Promise.resolve(offered),
    download(onShare) {
      onShare(0.5);
      return Promise.resolve();
    },
    keepRunning: () => Promise.resolve(true),
    install() {
      said.push('installed');
    },
    goBack: (_folder, version) => {
      said.push(`back to ${version}`);
      return Promise.resolve();
    },
  };
  let health = {
    ...{ isDatabaseWritable: true, liveCameras: 2, hasModel: true },
    lastCrossingAt: null as number | null,
  };
  const ticks: (() => void)[] = [];
  const keeper = await keepUpdates({
    ...{ version: '1.0.0', dataFolder: folder, driver, feed, share: 50, store, clock },
    ...{ log: silentLogger, timeZone: 'UTC', started: { kind: 'none' } },
    later: (_ms, act) => {
      ticks.push(act);
      return () => undefined;
    },
    health: () => health,
    copyDatabase(target) {
      writeFileSync(target, 'copy');
      return Promise.resolve({ bytes: 4, form: 1 });
    },
    onChanged: ({ stage }: UpdateStatus) => said.push(stage.state),
    ...change,
  });
  return {
    ...{ keeper, said, folder, clock, driver },
    change: (next: Partial<typeof health>): void => {
      health = { ...health, ...next };
    },
    /** Lets so much time pass, in looks five seconds apart. */
    pass: async (ms: number): Promise<void> => {
      const end = clock.now() + ms;
      while (clock.now() < end) {
        clock.set(clock.now() + 5_000);
        ticks.shift()?.();
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
  };
}

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: unknown) => (error instanceof StationError ? error.code : String(error)),
  );

describe('the keeper of updates', () => {
  it('only tells where a person is asked', async () => {
    const { keeper, said } = await setUp();
    expect((await keeper.check()).stage).toEqual({ state: 'available', release });
    expect(said).toEqual(['checking', 'available']);
    expect((await keeper.download()).stage).toMatchObject({ state: 'ready', wait: 'asking' });
  });

  it.each([
    ['nothing newer', null, 'idle'],
    ['a version for fewer stations', { ...release, sharePercent: 50 }, 'held'],
    ['a version for a few more', { ...release, sharePercent: 51 }, 'available'],
  ])('finds %s', async (_, offered, expected) => {
    const { keeper } = await setUp({}, offered);
    expect((await keeper.check()).stage.state).toBe(expected);
  });

  it.each([
    ['where it was not installed as an app', { driver: null }, 'not-installed'],
    ['without a server', { feed: { ...feed, url: '' } }, 'no-server'],
    ['without a key', { feed: { ...feed, publicKey: '' } }, 'no-key'],
  ])('takes nothing %s', async (_, change, support) => {
    const { keeper } = await setUp(change);
    expect(keeper.status().support).toBe(support);
    expect(await codeOf(keeper.check())).toBe('UPD_003');
    expect(await codeOf(keeper.install({ evenCounting: true }))).toBe('UPD_003');
  });

  it('says what was refused, and forgets nothing of what it has', async () => {
    const { keeper, driver } = await setUp();
    driver.check = () => Promise.reject(new StationError('UPD_002', 'not signed'));
    expect((await keeper.check()).stage).toEqual({
      state: 'failed',
      error: { code: 'UPD_002', message: 'not signed' },
    });
    expect(await codeOf(keeper.download())).toBe('UPD_003');
  });

  it('asks before it interrupts cameras, then copies the database, keeps the package and installs', async () => {
    const { keeper, said, folder } = await setUp();
    await keeper.check();
    await keeper.download();
    expect(await codeOf(keeper.install({ evenCounting: false }))).toBe('UPD_003');
    expect(existsSync(updateFolder(folder))).toBe(false);
    await keeper.install({ evenCounting: true });
    expect(said.at(-1)).toBe('installed');
    expect(readdirSync(updateFolder(folder)).sort()).toEqual(['before-1.1.0.db', 'trial.json']);
    expect(readTrialNote(folder)).toMatchObject({
      ...{ from: '1.0.0', to: '1.1.0', state: 'installing', canReturn: true },
      before: { liveCameras: 2, hasModel: true },
    });
  });

  it('installs nothing when the database cannot be copied', async () => {
    const full = new StationError('RES_004', 'full');
    const { keeper, said, folder } = await setUp({ copyDatabase: () => Promise.reject(full) });
    await keeper.check();
    await keeper.download();
    expect(await codeOf(keeper.install({ evenCounting: true }))).toBe('RES_004');
    expect(said).not.toContain('installed');
    expect(keeper.status().stage.state).toBe('ready');
    expect(readTrialNote(folder)).toBeNull();
  });

  it('keeps the last three copies', async () => {
    const { keeper, folder } = await setUp();
    mkdirSync(updateFolder(folder));
    for (const number of [1, 2, 3, 4]) {
      const file = path.join(updateFolder(folder), `before-0.${number}.0.db`);
      writeFileSync(file, '');
      utimesSync(file, number, number);
    }
    await keeper.check();
    await keeper.download();
    await keeper.install({ evenCounting: true });
    expect(
      readdirSync(updateFolder(folder))
        .filter((name) => name.endsWith('.db'))
        .sort(),
    ).toEqual([...['before-0.3.0.db', 'before-0.4.0.db', 'before-1.1.0.db']]);
  });

  it('installs by itself when nobody has crossed for a while', async () => {
    const { keeper, said, change, pass } = await setUp();
    await keeper.set(allNight);
    change({ lastCrossingAt: start });
    await keeper.check();
    expect(keeper.status().stage).toMatchObject({ state: 'ready', wait: 'counting' });
    await pass(quietMs - 5_000);
    expect(said).not.toContain('installed');
    await pass(10_000);
    await expect.poll(() => said).toContain('installed');
  });

  it('waits as long as it was put off, also over a start', async () => {
    const { keeper, said, pass } = await setUp();
    await keeper.set(allNight);
    await keeper.defer(2);
    await keeper.check();
    await pass(60_000);
    expect(keeper.status().stage).toMatchObject({ wait: 'deferred', until: start + 7_200_000 });
    expect(said).not.toContain('installed');
    await keeper.defer(0);
    await pass(5_000);
    await expect.poll(() => said).toContain('installed');
  });
});

const note: TrialNote = {
  ...{ from: '1.0.0', to: '1.1.0', state: 'trial', startedAt: 5, starts: 1 },
  ...{ before: { liveCameras: 2, hasModel: true }, database: 'before-1.1.0.db' },
  ...{ canReturn: true, reason: '' },
};
const onTrial = { version: '1.1.0', started: { kind: 'watch', note } } as const;

describe('a version that was taken back', () => {
  it('is not installed again by the station itself', async () => {
    const folder = tempFolder();
    writeTrialNote(folder, { ...note, state: 'returned', reason: 'no model counts' });
    const { keeper, said, pass } = await setUp({ dataFolder: folder });
    await keeper.set(allNight);
    await keeper.check();
    expect(keeper.status().stage).toMatchObject({ state: 'ready', wait: 'asking' });
    await pass(60_000);
    expect(said).not.toContain('installed');
    expect(keeper.status().trial).toMatchObject({ state: 'returned', reason: 'no model counts' });
  });
});

describe('a new version', () => {
  it('has proven itself when it was well for a minute', async () => {
    const { keeper, pass, folder, said } = await setUp(onTrial);
    await pass(wellForMs);
    expect(keeper.status().trial?.state).toBe('trial');
    await pass(10_000);
    expect(keeper.status().trial?.state).toBe('healthy');
    expect(readTrialNote(folder)?.state).toBe('healthy');
    expect(said).not.toContain('back to 1.0.0');
  });

  it('is taken back when no camera comes back', async () => {
    const { pass, change, folder, said } = await setUp(onTrial);
    change({ liveCameras: 0 });
    await pass(provenWithinMs + 10_000);
    expect(said).toContain('back to 1.0.0');
    expect(readTrialNote(folder)).toMatchObject({
      ...{ state: 'returning', reason: 'no camera has a live picture' },
    });
  });

  it('is left, and said, when the version before is not kept', async () => {
    const started = { kind: 'watch', note: { ...note, canReturn: false } } as const;
    const { keeper, pass, change, said } = await setUp({ ...onTrial, started });
    change({ hasModel: false });
    await pass(provenWithinMs + 10_000);
    expect(said).not.toContain('back to 1.0.0');
    expect(keeper.status().stage).toMatchObject({ state: 'failed', error: { code: 'UPD_003' } });
  });
});

describe('the start after an update', () => {
  const goBack: string[] = [];
  const updates = {
    goBack: (_: string, version: string) => Promise.resolve(void goBack.push(version)),
  };
  const deps = (dataFolder: string, version: string) => ({
    ...{ dataFolder, version, updates: updates as unknown as UpdateDriver, log: silentLogger },
  });

  it('counts starts, and takes the version back at the fourth', async () => {
    const folder = tempFolder();
    writeTrialNote(folder, { ...note, state: 'installing', starts: 0 });
    for (const expected of [1, 2, 3]) {
      await beginAfterUpdate(deps(folder, '1.1.0'));
      expect(readTrialNote(folder)?.starts).toBe(expected);
    }
    expect(await codeOf(beginAfterUpdate(deps(folder, '1.1.0')))).toBe('UPD_003');
    expect(goBack.splice(0)).toEqual(['1.0.0']);
    expect(readTrialNote(folder)).toMatchObject({ state: 'returning' });
  });

  it.each([
    ['cannot open the database', 'SYS_002', ['1.0.0']],
    ['finds the data folder in use', 'SYS_004', []],
  ] as const)('takes back at once a version that %s: %s', async (_, code, expected) => {
    const folder = tempFolder();
    writeTrialNote(folder, { ...note, state: 'installing' });
    const opening = startAfterUpdate(deps(folder, '1.1.0'), () =>
      Promise.reject(new StationError(code, 'no')),
    );
    expect(await codeOf(opening)).toBe(code);
    expect(goBack.splice(0)).toEqual(expected);
  });

  it.each([
    ['a form that it does not know: the copy from before is there again', 99, 1],
    ['a form that it knows: nothing that was counted is lost', 7, 2],
  ])('finds %s', async (_, form, rows) => {
    const folder = tempFolder();
    mkdirSync(updateFolder(folder));
    const make = (file: string, count: number, version: number): void => {
      const database = new Database(file);
      database.exec('CREATE TABLE crossings (id INTEGER) STRICT');
      for (let id = 0; id < count; id += 1) database.exec('INSERT INTO crossings VALUES (1)');
      database.pragma(`user_version = ${version}`);
      database.close();
    };
    make(path.join(folder, 'station.db'), 2, form);
    make(path.join(updateFolder(folder), note.database), 1, 7);
    writeTrialNote(folder, { ...note, state: 'returning', reason: 'no model counts' });
    await beginAfterUpdate({ ...deps(folder, '1.0.0'), knownForm: 7 });
    const database = new Database(path.join(folder, 'station.db'));
    expect(database.prepare('SELECT count(*) FROM crossings').pluck().get()).toBe(rows);
    database.close();
    expect(existsSync(path.join(updateFolder(folder), 'station-of-1.1.0.db'))).toBe(form === 99);
    expect(readTrialNote(folder)?.state).toBe('returned');
  });
});
