/**
 * Whether the app starts when the user of this PC logs in: the system's own setting, or a desktop entry on Linux.
 */
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { app } from 'electron';
import { autostartEntry, autostartFile } from './autostart.ts';

/** The flags of a start at login: in the tray, with those of this run. */
function loginArguments(): string[] {
  return ['--hidden', ...process.argv.slice(1).filter((arg) => arg !== '--hidden')];
}

export function startsAtLogin(): boolean {
  return process.platform === 'linux'
    ? existsSync(autostartFile(process.env))
    : app.getLoginItemSettings({ args: loginArguments() }).openAtLogin;
}

/** Throws the error of the file system. */
export function setStartAtLogin(isWanted: boolean): void {
  if (process.platform !== 'linux') {
    app.setLoginItemSettings({ openAtLogin: isWanted, args: loginArguments() });
    return;
  }
  const file = autostartFile(process.env);
  if (!isWanted) {
    rmSync(file, { force: true });
    return;
  }
  mkdirSync(path.dirname(file), { recursive: true });
  const program = process.env['APPIMAGE'] ?? app.getPath('exe');
  writeFileSync(file, autostartEntry([program, ...loginArguments()]));
}
