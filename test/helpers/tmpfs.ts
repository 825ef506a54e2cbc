/**
 * A small disk in memory, for tests of full and read-only disks. Needs root on Linux.
 */
import { execFileSync } from 'node:child_process';
import { onTestFinished } from 'vitest';
import { canMountDisk, mountDisk, unmountDisk } from './mount-disk.ts';

/** The text that a skipped test shows. */
export const tmpfsMissing = 'needs root on Linux, to mount a small disk';

export const hasTmpfs = canMountDisk();

/** Mounts a disk of so many bytes; unmounted when the test ends. */
export function mountTmpfs(bytes: number): { folder: string; makeReadOnly(): void } {
  const folder = mountDisk(bytes);
  onTestFinished(() => {
    unmountDisk(folder);
  });
  return {
    folder,
    makeReadOnly() {
      execFileSync('mount', ['-o', 'remount,ro', folder]);
    },
  };
}
