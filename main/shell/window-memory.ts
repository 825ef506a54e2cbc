/**
 * Remembers where the window was, in a file of the data folder.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type BrowserWindow, screen } from 'electron';
import type { Logger } from '#engine/base/log.ts';
import { type Place, placeWindow, WindowState } from './window-place.ts';

const settleMs = 500;

/** Where a window is to open. @param wanted screen from 1; null means where it was */
export function recallPlace(dataFolder: string, wanted: number | null): Place {
  const main = screen.getPrimaryDisplay();
  const others = screen.getAllDisplays().filter(({ id }) => id !== main.id);
  return placeWindow({
    saved: read(dataFolder),
    screens: [main, ...others].map(({ workArea }) => workArea),
    screen: wanted,
  });
}

/** Writes the place down a moment after the window was moved or sized. */
export function rememberPlace(window: BrowserWindow, dataFolder: string, log: Logger): void {
  let timer: NodeJS.Timeout | undefined;
  const save = (): void => {
    if (window.isDestroyed()) return;
    const state: WindowState = {
      bounds: window.getNormalBounds(),
      isMaximized: window.isMaximized(),
      isFullScreen: window.isFullScreen(),
    };
    try {
      writeFileSync(fileOf(dataFolder), `${JSON.stringify(state)}\n`);
    } catch (error) {
      log.warn('the place of the window was not saved', { error: String(error) });
    }
  };
  const later = (): void => {
    clearTimeout(timer);
    timer = setTimeout(save, settleMs);
    timer.unref();
  };
  window.on('resize', later);
  window.on('move', later);
  window.on('close', save);
}

function read(dataFolder: string): WindowState | null {
  try {
    return WindowState.parse(JSON.parse(readFileSync(fileOf(dataFolder), 'utf8')));
  } catch {
    // The first start, or a file that somebody has been at: the usual place is good enough.
    return null;
  }
}

function fileOf(dataFolder: string): string {
  return path.join(dataFolder, 'window.json');
}
