import BetterSqlite from 'better-sqlite3';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createStore } from '#engine/store/create-store.ts';
import { findStation } from '#engine/store/folder-lock.ts';
import { silentLogger } from '#engine/base/log.ts';
import type { LedgerRows, LedgerState } from '#engine/store/records.ts';
import {
  aCamera,
  aLine,
  aRecord,
  start,
  storeEntry,
  tempFolder,
  tempStore,
  testClock,
} from '#test/store.ts';

const hour = 3_600_000;

describe('the store', () => {
  it('keeps what it was given over a close, and goes on with epochs and ids', async () => {
    const folder = tempFolder();
    const first = await tempStore({ folder });
    await first.cameras.add(aCamera());
    const line = await first.lines.save(aLine());
    const epoch = await first.checkpoints.beginEpoch('gate');
    const recorded = await first.crossings.recordFrame(aRecord({ epoch, crossings: [{}] }));
    await first.settings.set('owner', 'tw-1');
    await first.close();

    const second = await tempStore({ folder });
    expect(await second.cameras.list()).toEqual([aCamera()]);
    expect(await second.lines.list()).toEqual([line]);
    expect(await second.settings.get('owner', z.string())).toBe('tw-1');
    expect(await second.settings.get('nothing', z.string())).toBeNull();
    await expect(second.settings.get('owner', z.number())).rejects.toMatchObject({
      code: 'SYS_002',
    });
    expect(await second.checkpoints.beginEpoch('gate')).toBe(epoch + 1);
    expect(recorded).toEqual({
      state: 'written',
      rows: await second.crossings.list({ limit: 9 }),
      zoneEvents: [],
      passages: [],
      doubles: 0,
    });
  });

  it('shares transactions between many cameras, and each gets its own rows', async () => {
    const store = await tempStore();
    const cameras = Array.from({ length: 16 }, (_, index) => `cam-${index}`);
    const answers = await Promise.all(
      cameras.map((cameraId) =>
        store.crossings.recordFrame(aRecord({ cameraId, crossings: [{ trackId: 7 }] })),
      ),
    );
    expect(
      answers.map((each) => each.state === 'written' && each.rows.map((row) => row.trackUid)),
    ).toEqual(cameras.map((cameraId) => [`${cameraId}:1:7`]));
  });

  it('answers tallies and coverage with the present time', async () => {
    const clock = testClock(start);
    const store = await tempStore({ clock });
    await store.cameras.add(aCamera());
    await store.lines.save(aLine());
    const observed = { from: start, to: start + 60_000 };
    await store.crossings.recordFrame(aRecord({ crossings: [{}], observed }));
    await store.coverage.openGap({
      cameraId: 'gate',
      cause: 'camera-offline',
      from: start + 60_000,
    });
    clock.set(start + hour / 2);
    const range = { from: start, to: start + hour };
    expect(await store.tallies.query({ ...range, bucket: 'hour', timeZone: 'UTC' })).toEqual([
      { cameraId: 'gate', lineId: 'door', ...range, in: 1, out: 0, observedSeconds: 60 },
    ]);
    expect(await store.coverage.query(range)).toEqual([
      {
        cameraId: 'gate',
        ...range,
        observedSeconds: 60,
        gaps: [{ from: start + 60_000, to: start + hour / 2, cause: 'camera-offline' }],
      },
    ]);
  });

  it('rejects with the code of the fault, and goes on', async () => {
    const store = await tempStore();
    await expect(store.cameras.update(aCamera())).rejects.toMatchObject({ code: 'REQ_002' });
    await expect(store.lines.save(aLine())).rejects.toMatchObject({
      code: 'REQ_002',
      path: 'cameraId',
    });
    await expect(store.models.activate('f'.repeat(64))).rejects.toMatchObject({
      code: 'MODEL_001',
    });
    expect(await store.cameras.list()).toEqual([]);
  });

  it('finishes what is under way when it is closed, and takes nothing after that', async () => {
    const folder = tempFolder();
    const store = await tempStore({ folder });
    const writes = [1, 2, 3].map((trackId) =>
      store.crossings.recordFrame(aRecord({ crossings: [{ trackId }] })),
    );
    const added = store.cameras.add(aCamera());
    await store.close();
    expect((await Promise.all(writes)).map((each) => each.state)).toEqual(
      Array.from({ length: 3 }, () => 'written'),
    );
    await added;
    await expect(store.cameras.list()).rejects.toMatchObject({ code: 'SYS_001' });
    await store.close();
  });

  it('refuses a folder that another store has, and frees it at the end', async () => {
    const folder = tempFolder();
    const store = await tempStore({ folder });
    await store.announce('http://127.0.0.1:1');
    expect(findStation(folder)?.url).toBe('http://127.0.0.1:1');
    await expect(tempStore({ folder })).rejects.toMatchObject({
      code: 'SYS_004',
      message: expect.stringContaining('at http://127.0.0.1:1 uses the data folder') as string,
    });
    await store.close();
    await tempStore({ folder });
  });

  it('leaves the folder free when the database cannot be opened', async () => {
    const folder = tempFolder();
    writeFileSync(path.join(folder, 'station.db'), 'no database'.repeat(1000));
    const options = { folder, entry: storeEntry, clock: testClock(), log: silentLogger };
    await expect(createStore(options)).rejects.toMatchObject({ code: 'SYS_002' });
    expect(findStation(folder)).toBeNull();
  });

  it('says when rows wait and when they are written', async () => {
    const folder = tempFolder();
    const store = await tempStore({ folder });
    const states: LedgerState['state'][] = [];
    store.listen('ledger', ({ state }) => states.push(state));
    const replayed = new Promise<LedgerRows>((resolve) => store.listen('replayed', resolve));
    const writable = new Promise((resolve) =>
      store.listen('ledger', ({ state }) => {
        if (state === 'writable') resolve(state);
      }),
    );
    const other = new BetterSqlite(path.join(folder, 'station.db'));
    other.exec('BEGIN IMMEDIATE');
    const answer = await store.crossings.recordFrame(aRecord({ crossings: [{}] }));
    expect(answer.state).toBe('pending');
    await store.crossings.recordFrame(aRecord({ crossings: [{ trackId: 2 }], zoneEvents: [{}] }));
    expect(store.crossings.state()).toMatchObject({ state: 'spooling', waitingCrossings: 2 });
    other.exec('ROLLBACK');
    other.close();
    const { crossings, zoneEvents } = await replayed;
    expect(crossings.toReversed()).toEqual(await store.crossings.list({ limit: 9 }));
    expect(zoneEvents).toEqual(await store.zones.events({ limit: 9 }));
    expect(zoneEvents).toHaveLength(1);
    await writable;
    expect(store.crossings.state()).toEqual({ state: 'writable' });
    expect(states).toEqual(['spooling', 'writable']);
  });
});
