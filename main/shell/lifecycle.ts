/**
 * How the app ends, and how a second start finds the first.
 */
import { app, BrowserWindow, dialog } from 'electron';
import { StationError } from '#contract/error.ts';
import type { Logger } from '#engine/base/log.ts';
import { startAgain } from './restart.ts';

/** A station that does not close within this time is ended; the ledger is safe at any moment. */
const closeLimitMs = 5_000;
/** As on the command line: 2 for what a person can mend by settings, 1 for the rest */
const mendableExitCode = 2;

/** Holds the end of the app back until `close` is done, at most for the limit above. */
export function closeBeforeQuit(close: () => Promise<void>, log: Logger): void {
  let isClosing = false;
  app.on('will-quit', (event) => {
    event.preventDefault();
    if (isClosing) return;
    isClosing = true;
    const limit = setTimeout(() => {
      log.error('the station did not close in time', { limitMs: closeLimitMs });
      app.exit(1);
    }, closeLimitMs);
    close().then(
      () => {
        clearTimeout(limit);
        app.exit(Number(process.exitCode ?? 0));
      },
      (error: unknown) => {
        log.error('the station did not close cleanly', { error: String(error) });
        app.exit(1);
      },
    );
  });
}

/**
 * Closing the window hides it where the tray leads back to it: counting must not end because somebody tidies the screen.
 * Everything that ends the app still does.
 */
export function hideInsteadOfClose(window: BrowserWindow): void {
  let isQuitting = false;
  app.on('before-quit', () => {
    isQuitting = true;
  });
  window.on('close', (event) => {
    if (isQuitting) return;
    event.preventDefault();
    window.hide();
  });
}

/** A bug of ours ends the app, as it ends the headless station: a clean one is started in its place. */
export function endOnBug(log: Logger): void {
  const end = (error: unknown): void => {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    log.error('bug', { error: text });
    process.stderr.write(`${text}\n`);
    startAgain(log);
    app.exit(1);
  };
  process.on('uncaughtException', end);
  process.on('unhandledRejection', end);
}

/**
 * Brings the window to the front; for a second start on the same data folder, the tray and notes of the system.
 * @param route part of the page, `#/alerts`; null leaves it where it is
 */
export function showFirstWindow(route: string | null = null): void {
  const [window] = BrowserWindow.getAllWindows();
  if (window === undefined) return;
  if (route !== null) {
    // A step within the page, as by a link in it.
    void window.webContents.loadURL(`${window.webContents.getURL().replace(/#.*$/, '')}${route}`);
  }
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}

/** The station cannot start: says why, on the terminal and in a box, and ends. */
export function giveUp(error: unknown): void {
  const isKnown = error instanceof StationError;
  const text = isKnown
    ? `${error.code}: ${error.message}`
    : error instanceof Error
      ? (error.stack ?? error.message)
      : String(error);
  process.stderr.write(`${text}\n`);
  dialog.showErrorBox('Tallywatch cannot start', text);
  app.exit(isKnown ? mendableExitCode : 1);
}
