/**
 * The window: a sandboxed page with no Node in it.
 */
import { BrowserWindow } from 'electron';
import { createRestartBudget } from '#engine/base/backoff.ts';
import { systemClock } from '#engine/base/clock.ts';
import type { Logger } from '#engine/base/log.ts';
import type { Place } from './window-place.ts';

export interface WindowOptions {
  /** Address of the page */
  readonly url: string;
  /** Absolute path of the built preload */
  readonly preload: string;
  readonly log: Logger;
  readonly place: Place;
  /** The page fills the screen, without a way out of it but the keys of the system */
  readonly isKiosk: boolean;
  /** Not shown before somebody asks for it */
  readonly isHidden: boolean;
}

/** A page that crashes more often than this within the window below is left as it is. */
const maxReloads = 3;
const reloadWindowMs = 60_000;

/** A page that does not answer for so long is loaded anew; the station counts on meanwhile. */
const hangLimitMs = 20_000;

/** Opens a window and shows it once its page is painted. */
export function openWindow(options: WindowOptions): BrowserWindow {
  const { url, preload, log, place, isKiosk, isHidden } = options;
  const window = new BrowserWindow({
    title: 'Tallywatch',
    ...place.bounds,
    kiosk: isKiosk,
    fullscreen: place.isFullScreen,
    minWidth: 960,
    minHeight: 600,
    show: false,
    backgroundColor: '#101113',
    webPreferences: {
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      // The station warns by sound and the wall stays drawn when it is on a screen that nobody clicks.
      autoplayPolicy: 'no-user-gesture-required',
      spellcheck: false,
    },
  });
  window.once('ready-to-show', () => {
    if (isHidden) return;
    if (place.isMaximized) window.maximize();
    window.show();
  });
  reloadAfterCrash(window, log);
  endHangs(window, log);
  window
    .loadURL(url)
    .catch((error: unknown) => log.error('the page did not load', { url, error: String(error) }));
  return window;
}

/** The station counts on without its page; a page that crashed is loaded again, within a budget. */
function reloadAfterCrash({ webContents }: BrowserWindow, log: Logger): void {
  const budget = createRestartBudget(maxReloads, reloadWindowMs);
  webContents.on('render-process-gone', (_event, { reason, exitCode }) => {
    if (reason === 'clean-exit') return;
    const isReloaded = budget.take(systemClock.monotonicMs());
    log.error('the page crashed', { reason, exitCode, isReloaded });
    if (isReloaded) webContents.reload();
  });
}

/** A page that hangs is ended, which `reloadAfterCrash` answers by loading it anew. */
function endHangs(window: BrowserWindow, log: Logger): void {
  let timer: NodeJS.Timeout | undefined;
  window.on('unresponsive', () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (window.isDestroyed()) return;
      log.error('the page hangs and is loaded anew', { limitMs: hangLimitMs });
      window.webContents.forcefullyCrashRenderer();
    }, hangLimitMs);
  });
  window.on('responsive', () => clearTimeout(timer));
  window.on('closed', () => clearTimeout(timer));
}
