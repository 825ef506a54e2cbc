/**
 * Whether out/ must be built again: something that it is made of is newer than it.
 */
import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';

const sources = [
  'main',
  'preload',
  'renderer',
  'electron.vite.config.ts',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
];
/** The last file of each of the three parts of a build */
const results = ['out/main/headless.js', 'out/preload/index.cjs', 'out/renderer/index.html'];

/** `root` is the folder of the repository. */
export function isStale(root: string): boolean {
  const built = Math.min(...results.map((file) => newestMs(path.join(root, file))));
  return sources.some((source) => newestMs(path.join(root, source)) > built);
}

/** The newest change in a file or anywhere below a folder, Unix time in ms; 0 when it does not exist. */
function newestMs(file: string): number {
  const stats = statSync(file, { throwIfNoEntry: false });
  if (stats === undefined) return 0;
  if (!stats.isDirectory()) return stats.mtimeMs;
  // The folder's own time tells of files that were removed.
  return Math.max(
    stats.mtimeMs,
    ...readdirSync(file).map((name) => newestMs(path.join(file, name))),
  );
}
