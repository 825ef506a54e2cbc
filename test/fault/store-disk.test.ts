/**
 * Disks that are full, read-only or damaged: the store says what to do, keeps what it can, and goes on when it can.
 */
import { spawnSync } from 'node:child_process';
import {
  closeSync,
  chmodSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { aCamera, aRecord, tempFolder, tempStore } from '#test/store.ts';
import { hasTmpfs, mountTmpfs, tmpfsMissing } from '#test/tmpfs.ts';

const opener = path.resolve(import.meta.dirname, '../helpers/open-store.ts');

describe.skipIf(!hasTmpfs)(`a disk that is full (${tmpfsMissing})`, () => {
  it('refuses to start and says so', async () => {
    const { folder } = mountTmpfs(256 * 1024);
    fill(path.join(folder, 'filler'));
    await expect(tempStore({ folder })).rejects.toMatchObject({ code: 'RES_004' });
  });

  it('keeps rows in the spool and writes them when there is room again', async () => {
    const { folder } = mountTmpfs(8 * 1024 * 1024);
    const store = await tempStore({ folder, spoolBytes: 1024 * 1024 });
    await store.crossings.recordFrame(aRecord({ crossings: [{ trackId: 0 }] }));
    const filler = path.join(folder, 'filler');
    fill(filler);

    const answers: string[] = [];
    for (let trackId = 1; answers.at(-1) !== 'pending' && trackId < 5000; trackId += 1) {
      const record = aRecord({
        frameSeq: trackId,
        crossings: [{ trackId }],
        state: 'x'.repeat(9000),
      });
      answers.push((await store.crossings.recordFrame(record)).state);
    }
    expect(store.crossings.state()).toMatchObject({
      state: 'spooling',
      reason: { code: 'RES_004' },
    });
    await expect(store.cameras.add(aCamera())).rejects.toMatchObject({ code: 'RES_004' });

    const written = new Promise<void>((resolve) =>
      store.listen('ledger', ({ state }) => {
        if (state === 'writable') resolve();
      }),
    );
    rmSync(filler);
    await written;
    const rows = await store.crossings.list({ limit: 6000 });
    expect(rows).toHaveLength(answers.length + 1);
    await store.cameras.add(aCamera());
  });
});

describe.skipIf(!hasTmpfs)(`a disk that is read-only (${tmpfsMissing})`, () => {
  it('refuses to start with the path', async () => {
    const disk = mountTmpfs(4 * 1024 * 1024);
    const folder = path.join(disk.folder, 'data');
    disk.makeReadOnly();
    await expect(tempStore({ folder })).rejects.toMatchObject({
      code: 'SYS_004',
      message: expect.stringContaining(`The data folder ${folder} cannot be used`) as unknown,
    });
  });
});

describe.skipIf(process.platform === 'win32')('a user without the right to write', () => {
  it.each<[string, (folder: string) => void, string, string]>([
    ['the folder', (folder) => chmodSync(folder, 0o555), 'SYS_004', 'cannot be written'],
    [
      'the database',
      (folder) => chmodSync(path.join(folder, 'station.db'), 0o444),
      'SYS_002',
      'is read-only',
    ],
  ])('is told which right is missing: %s', async (_, ...[restrict, code, message]) => {
    const folder = tempFolder();
    chmodSync(folder, 0o777);
    await (await tempStore({ folder })).close();
    for (const name of ['station.db', 'station.lock', 'station.spool'])
      chmodSync(path.join(folder, name), 0o666);
    restrict(folder);
    // Root may write everything, so the store is opened by another user.
    const user = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
    const { stdout } = spawnSync(process.execPath, [opener, folder], { encoding: 'utf8', ...user });
    expect(JSON.parse(stdout)).toEqual({
      code,
      message: expect.stringContaining(message) as unknown,
    });
    chmodSync(folder, 0o777);
  });
});

describe('a database whose bytes were changed', () => {
  it('is refused at the start, whole pages or single bytes', async () => {
    const folder = tempFolder();
    const store = await tempStore({ folder });
    for (let frame = 0; frame < 20; frame += 1) {
      const crossings = Array.from({ length: 50 }, (_, index) => ({ trackId: frame * 50 + index }));
      await store.crossings.recordFrame(aRecord({ frameSeq: frame, crossings }));
    }
    await store.close();
    const file = path.join(folder, 'station.db');
    const bytes = readFileSync(file);
    const damaged = Buffer.from(bytes);
    for (let page = 4; page < bytes.byteLength / 4096; page += 1) damaged[page * 4096] = 0x77;
    writeFileSync(file, damaged);
    await expect(tempStore({ folder })).rejects.toMatchObject({
      code: 'SYS_002',
      message: expect.stringContaining('is damaged') as unknown,
    });
    writeFileSync(file, bytes);
    const again = await tempStore({ folder });
    expect(await again.crossings.list({ limit: 2000 })).toHaveLength(1000);
  });

  it('while it is used: reading says so, and no row is refused', async () => {
    const folder = tempFolder();
    const first = await tempStore({ folder });
    await first.crossings.recordFrame(aRecord({ crossings: [{ trackId: 1 }] }));
    await first.close();
    const store = await tempStore({ folder });
    // Nothing of the tables is in a cache yet; every page but the first becomes nonsense.
    const file = path.join(folder, 'station.db');
    const fd = openSync(file, 'r+');
    const size = statSync(file).size;
    writeSync(fd, Buffer.alloc(size - 4096, 0x77), 0, size - 4096, 4096);
    closeSync(fd);
    await expect(store.crossings.list({ limit: 9 })).rejects.toMatchObject({ code: 'SYS_002' });
    const answer = await store.crossings.recordFrame(
      aRecord({ frameSeq: 2, crossings: [{ trackId: 2 }] }),
    );
    // The writer has sound pages in its cache; a row is written or waits, whichever it sees.
    expect(['written', 'pending']).toContain(answer.state);
  });
});

/** Fills the disk to its last byte. */
function fill(file: string): void {
  const fd = openSync(file, 'w');
  try {
    for (const size of [65_536, 512, 1]) {
      for (;;) {
        if (!hasRoom(fd, size)) break;
      }
    }
  } finally {
    closeSync(fd);
  }
}

function hasRoom(fd: number, bytes: number): boolean {
  try {
    return writeSync(fd, Buffer.alloc(bytes)) === bytes;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') return false;
    throw error;
  }
}
