/**
 * A small disk in memory, on Linux as root, for whoever takes it away again.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Mounts a disk of so many bytes, at a folder of its own when none is given. Returns the folder. */
export function mountDisk(bytes: number, folder = madeFolder()): string {
  mkdirSync(folder, { recursive: true });
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${String(bytes)}`, 'tmpfs', folder], {
    stdio: 'ignore',
  });
  return folder;
}

/** Lazily, because a process that was killed may hold a file for another moment. */
export function unmountDisk(folder: string): void {
  execFileSync('umount', ['--lazy', folder]);
  rmdirSync(folder);
}

/** Whether a disk can be mounted here: a container may forbid it to root. */
export function canMountDisk(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  try {
    unmountDisk(mountDisk(65_536));
    return true;
  } catch {
    return false;
  }
}

function madeFolder(): string {
  return mkdtempSync(path.join(tmpdir(), 'tallywatch-disk-'));
}
