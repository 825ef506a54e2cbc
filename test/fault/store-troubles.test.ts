/**
 * Troubles of the database that come while it is used: it says what to do, rows wait in the spool, and are all there, once and in
 * their order, when the trouble is over.
 */
import BetterSqlite from 'better-sqlite3';
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Store } from '#engine/store/store.ts';
import { aCamera, aRecord, tempFolder, tempStore } from '#test/store.ts';

const opener = path.resolve(import.meta.dirname, '../helpers/open-store.ts');
const page = 4096;
const rowsEach = 50;

/** One frame for each number of a track from `from` on, with its crossing. Resolves to what became of each. */
async function count(store: Store, from: number): Promise<string[]> {
  const states: string[] = [];
  for (let trackId = from; trackId < from + rowsEach; trackId += 1) {
    const record = aRecord({ frameSeq: trackId, crossings: [{ trackId }] });
    states.push((await store.crossings.recordFrame(record)).state);
  }
  return states;
}

async function tracks(store: Store): Promise<number[]> {
  const rows = await store.crossings.list({ limit: 1000 });
  return rows
    .map(({ id, trackUid }) => [id, Number(trackUid.split(':')[2])] as const)
    .toSorted(([a], [b]) => a - b)
    .map(([, trackId]) => trackId);
}

const inOrder = (rounds: number): number[] =>
  Array.from({ length: rounds * rowsEach }, (_, index) => index + 1);

/** Resolves when rows are written again. */
const writable = (store: Store): Promise<void> =>
  new Promise((resolve) => {
    store.listen('ledger', ({ state }) => {
      if (state === 'writable') resolve();
    });
  });

/** Overwrites the beginning of every page but the first: what a failing disk or a stray program leaves. */
function flipBytes(file: string): void {
  const bytes = readFileSync(file);
  for (let at = page; at < bytes.byteLength; at += page) {
    for (let offset = 0; offset < 16; offset += 1) bytes[at + offset] = bytes[at + offset]! ^ 0xff;
  }
  writeFileSync(file, bytes);
}

describe('a database in use', () => {
  it('that another program locks: rows wait, and are written when it is let go', async () => {
    const folder = tempFolder();
    const store = await tempStore({ folder });
    expect(new Set(await count(store, 1))).toEqual(new Set(['written']));
    const other = new BetterSqlite(path.join(folder, 'station.db'), { timeout: 10_000 });
    other.exec('BEGIN IMMEDIATE');
    expect(new Set(await count(store, rowsEach + 1))).toEqual(new Set(['pending']));
    expect(store.crossings.state()).toMatchObject({
      state: 'spooling',
      waitingCrossings: rowsEach,
      reason: {
        code: 'SYS_002',
        message: expect.stringMatching(
          /is locked by another program\. Close what has it open/,
        ) as unknown,
      },
    });
    await expect(store.cameras.add(aCamera())).rejects.toMatchObject({ code: 'SYS_002' });
    const again = writable(store);
    other.exec('ROLLBACK');
    other.close();
    await again;
    expect(new Set(await count(store, 2 * rowsEach + 1))).toEqual(new Set(['written']));
    expect(await tracks(store)).toEqual(inOrder(3));
  });

  it('whose bytes were flipped: rows wait over a refused start, and are written into the sound copy', async () => {
    const folder = tempFolder();
    const file = path.join(folder, 'station.db');
    const copy = path.join(tempFolder(), 'copy.db');
    const store = await tempStore({ folder });
    await count(store, 1);
    // Everything into the file itself; a setting of another program then makes the station read its pages again.
    const other = new BetterSqlite(file);
    other.pragma('wal_checkpoint(TRUNCATE)');
    copyFileSync(file, copy);
    other.exec(`INSERT INTO settings VALUES ('touched', '1', 1)`);
    other.close();
    flipBytes(file);

    expect(new Set(await count(store, rowsEach + 1))).toEqual(new Set(['pending']));
    expect(store.crossings.state()).toMatchObject({
      state: 'spooling',
      waitingCrossings: rowsEach,
      reason: {
        code: 'SYS_002',
        message: expect.stringMatching(/is damaged\. Stop the station, keep a copy/) as unknown,
      },
    });
    await store.close();
    await expect(tempStore({ folder })).rejects.toMatchObject({ code: 'SYS_002' });

    for (const end of ['-wal', '-shm']) rmSync(`${file}${end}`, { force: true });
    copyFileSync(copy, file);
    const mended = await tempStore({ folder });
    expect(await tracks(mended)).toEqual(inOrder(2));
    expect(new Set(await count(mended, 2 * rowsEach + 1))).toEqual(new Set(['written']));
    expect(await tracks(mended)).toEqual(inOrder(3));
  });
});

describe.skipIf(process.platform === 'win32')('a database that became read-only', () => {
  it('is refused with the right that is missing, and what waited is written when it is given back', async () => {
    const folder = tempFolder();
    chmodSync(folder, 0o777);
    const file = path.join(folder, 'station.db');
    const store = await tempStore({ folder });
    await count(store, 1);
    const other = new BetterSqlite(file, { timeout: 10_000 });
    other.exec('BEGIN IMMEDIATE');
    await count(store, rowsEach + 1);
    await store.close();
    other.close();
    for (const name of ['station.lock', 'station.spool']) chmodSync(path.join(folder, name), 0o666);
    chmodSync(file, 0o444);

    // Root may write everything, so the store is opened by another user.
    const user = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
    const { stdout } = spawnSync(process.execPath, [opener, folder], { encoding: 'utf8', ...user });
    expect(JSON.parse(stdout)).toEqual({
      code: 'SYS_002',
      message: expect.stringMatching(/is read-only\. Give this user the right to write/) as unknown,
    });

    chmodSync(file, 0o666);
    expect(await tracks(await tempStore({ folder }))).toEqual(inOrder(2));
  });
});
