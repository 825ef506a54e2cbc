/**
 * A small disk in memory, for tests of full and read-only disks. Needs root on Linux.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';

/** The text that a skipped test shows. */
export const tmpfsMissing = 'needs root on Linux, to mount a small disk';

/** Whether a disk can be mounted here: a container may forbid it to root. */
export const hasTmpfs = canMount();

export interface SmallDisk {
  readonly folder: string;
  makeReadOnly(): void;
  /** Gives it another size while it is used. */
  resize(bytes: number): void;
}

/** Mounts a disk of so many bytes; unmounted when the test ends. */
export function mountTmpfs(bytes: number): SmallDisk {
  const folder = mount(bytes);
  onTestFinished(() => {
    unmount(folder);
  });
  return {
    folder,
    makeReadOnly() {
      execFileSync('mount', ['-o', 'remount,ro', folder]);
    },
    resize(next) {
      execFileSync('mount', ['-o', `remount,size=${String(next)}`, folder]);
    },
  };
}

function canMount(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  try {
    unmount(mount(65_536));
    return true;
  } catch {
    return false;
  }
}

function mount(bytes: number): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'tallywatch-disk-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${String(bytes)}`, 'tmpfs', folder], {
    stdio: 'ignore',
  });
  return folder;
}

/** Lazily, because a process that was killed may hold a file for another moment. */
function unmount(folder: string): void {
  execFileSync('umount', ['--lazy', folder]);
  rmdirSync(folder);
}
