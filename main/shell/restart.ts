/**
 * Starts the app again after a bug, or when its memory grows: by whoever supervises it, else an installed app by itself.
 */
import { app } from 'electron';
import type { Logger } from '#engine/base/log.ts';
import { supervisedVariable } from '#server/start/supervise.ts';
import { argumentsOfRestart } from './restart-marks.ts';

const restartCode = 1;

/** Whether somebody would start the app again. */
export function canRestart(): boolean {
  return isSupervised() || app.isPackaged;
}

/** Closes the station and has the app started again. */
export function restartApp(log: Logger): void {
  startAgain(log);
  process.exitCode = restartCode;
  app.quit();
}

/** Has the app started again when it has ended, unless somebody else does that or it was started too often already. */
export function startAgain(log: Logger): void {
  if (isSupervised() || !app.isPackaged) return;
  const args = argumentsOfRestart(process.argv.slice(1), Date.now());
  if (args === null) {
    log.error('restarts of the app are used up');
    return;
  }
  // An AppImage runs from a folder that is gone when it has ended.
  const appImage = process.env['APPIMAGE'];
  app.relaunch({ args, ...(appImage === undefined ? {} : { execPath: appImage }) });
}

function isSupervised(): boolean {
  return process.env[supervisedVariable] !== undefined;
}
