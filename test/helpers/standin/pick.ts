/**
 * Which Electron the tests drive: the one that is named, else the installed one, else the stand-in.
 */
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { chromiumPath } from './chromium.ts';

export interface PickedElectron {
  readonly kind: 'electron' | 'stand-in';
  readonly executablePath: string;
}

export const howToGetElectron =
  'neither Electron nor Chromium is there: npx install-electron where github.com or ELECTRON_MIRROR is reached, ' +
  'or apt-get install chromium for the stand-in';

/**
 * TALLYWATCH_ELECTRON names an executable, or `stand-in`. Real Electron needs a display: run it under xvfb-run where
 * there is none.
 * @throws when neither is there
 */
export function pickElectron(): PickedElectron {
  const named = process.env['TALLYWATCH_ELECTRON'];
  if (named !== undefined && named !== 'stand-in')
    return { kind: 'electron', executablePath: named };
  const installed = named === undefined ? installedElectron() : null;
  if (installed !== null && hasDisplay()) return { kind: 'electron', executablePath: installed };
  if (!hasStandin()) throw new Error(howToGetElectron);
  return { kind: 'stand-in', executablePath: path.join(import.meta.dirname, 'electron') };
}

export function canRunElectron(): boolean {
  try {
    pickElectron();
    return true;
  } catch {
    return false;
  }
}

function installedElectron(): string | null {
  const folder = path.dirname(createRequire(import.meta.url).resolve('electron/package.json'));
  const pathFile = path.join(folder, 'path.txt');
  if (!existsSync(pathFile)) return null;
  const file = path.join(folder, 'dist', readFileSync(pathFile, 'utf8'));
  return existsSync(file) ? file : null;
}

function hasDisplay(): boolean {
  const { DISPLAY, WAYLAND_DISPLAY } = process.env;
  return process.platform !== 'linux' || Boolean(DISPLAY) || Boolean(WAYLAND_DISPLAY);
}

function hasStandin(): boolean {
  if (process.platform !== 'linux') return false;
  try {
    accessSync(chromiumPath, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
