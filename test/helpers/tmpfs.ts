/**
 * A small disk in memory, for tests of full and read-only disks. Needs root on Linux.
 */
import { execFileSync } from 'node:child_process';
import { onTestFinished } from 'vitest';
import { canMountDisk, mountDisk, unmountDisk } from './mount-disk.ts';

/** The text that a skipped test shows. */
export const tmpfsMissing = 'needs root on Linux, to mount a small disk';

export const hasTmpfs = canMountDisk();

export interface SmallDisk {
  readonly folder: string;
  makeReadOnly(): void;
  /** Gives it another size while it is used. */
  resize(bytes: number): void;
}

/** Mounts a disk of so many bytes; unmounted when the test ends. */
export function mountTmpfs(bytes: number): SmallDisk {
  const folder = mountDisk(bytes);
  onTestFinished(() => {
    unmountDisk(folder);
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
