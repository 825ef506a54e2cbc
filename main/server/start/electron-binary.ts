/**
 * Electron's binary: found where npm put it, fetched when it is not there yet, or the reason why there is none.
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

export type ElectronBinary = { readonly path: string } | { readonly missing: string };

/** Over a slow line the download takes minutes; where nothing can be reached it fails at once. */
const fetchLimitMs = 600_000;

export interface FindElectronOptions {
  /** Folder of the repository */
  readonly root: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  /** Number of the user; null where users have none */
  readonly userId: number | null;
  /** Called before a download */
  readonly onFetch: () => void;
}

/** Why no window can be opened here, whatever is installed; null when one can. */
export function whyNoWindow(options: Omit<FindElectronOptions, 'root' | 'onFetch'>): string | null {
  const { env, platform, userId } = options;
  if (platform !== 'linux') return null;
  if (!env['DISPLAY'] && !env['WAYLAND_DISPLAY']) return 'there is no display';
  // Chromium refuses to run its sandbox as root, and without its sandbox no page is opened.
  if (userId === 0) return 'Electron does not run as root';
  return null;
}

export async function findElectron(options: FindElectronOptions): Promise<ElectronBinary> {
  const missing = whyNoWindow(options);
  if (missing !== null) return { missing };
  const folder = path.join(options.root, 'node_modules/electron');
  const installer = path.join(folder, 'install.js');
  if (!existsSync(installer)) return { missing: 'the package electron is not installed' };
  const there = installedBinary(folder);
  if (there !== null) return { path: there };
  options.onFetch();
  const isFetched = await runQuietly(process.execPath, [installer]);
  const fetched = isFetched ? installedBinary(folder) : null;
  return fetched === null
    ? { missing: "Electron's binary could not be fetched" }
    : { path: fetched };
}

function installedBinary(folder: string): string | null {
  const pathFile = path.join(folder, 'path.txt');
  if (!existsSync(pathFile)) return null;
  const file = path.join(folder, 'dist', readFileSync(pathFile, 'utf8'));
  return existsSync(file) ? file : null;
}

function runQuietly(file: string, args: readonly string[]): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(file, args, { stdio: 'ignore', timeout: fetchLimitMs });
    child.once('error', () => resolve(false));
    child.once('exit', (code) => resolve(code === 0));
  });
}
