import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { StationError } from '#contract/error.ts';
import { findStation, lockFolder } from '#engine/store/folder-lock.ts';
import { start, tempFolder } from '#test/store.ts';

const holder = path.resolve(import.meta.dirname, '../../../helpers/hold-folder.ts');

describe('the lock of a data folder', () => {
  it('makes the folder and says who has it', () => {
    const folder = path.join(tempFolder(), 'deep', 'data');
    expect(findStation(folder)).toBeNull();
    const lock = lockFolder(folder, start);
    expect(findStation(folder)).toEqual({ pid: process.pid, url: null, startedAt: start });
    lock.announce('http://127.0.0.1:8790');
    expect(findStation(folder)?.url).toBe('http://127.0.0.1:8790');
    lock.release();
    expect(findStation(folder)).toBeNull();
    expect(existsSync(path.join(folder, 'station.json'))).toBe(false);
    lockFolder(folder, start).release();
  });

  it('refuses a second station, by process and address', () => {
    const folder = tempFolder();
    const lock = lockFolder(folder, start);
    lock.announce('http://127.0.0.1:8790');
    expect(() => lockFolder(folder, start)).toThrow(
      new StationError(
        'SYS_004',
        `The station with process id ${process.pid} at http://127.0.0.1:8790 uses the data folder ${folder}. Stop it, or choose another data folder.`,
      ),
    );
    lock.release();
  });

  it('is free again when its process was killed', async () => {
    const folder = tempFolder();
    const child = fork(holder, [folder]);
    onTestFinished(() => {
      child.kill('SIGKILL');
    });
    await once(child, 'message');
    expect(() => lockFolder(folder, start)).toThrow(`process id ${String(child.pid)}`);
    expect(findStation(folder)?.pid).toBe(child.pid);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(findStation(folder)).toBeNull();
    lockFolder(folder, start).release();
  });

  it('names the path that cannot be made', () => {
    const file = path.join(tempFolder(), 'file');
    writeFileSync(file, '');
    const folder = path.join(file, 'data');
    expect(() => lockFolder(folder, start)).toThrow(StationError);
    expect(() => lockFolder(folder, start)).toThrow(`The data folder ${folder} cannot be used`);
  });
});
