/**
 * The built app in its window: real Electron where it is there, else the stand-in.
 */
import { once } from 'node:events';
import { type ElectronApplication, _electron, type Page } from 'playwright/test';
import { pickElectron } from '#test/standin/pick.ts';
import { makeDataFolder, modelFlags, removeDataFolder, root } from './folders.ts';
import { closeLater } from './left-overs.ts';

export interface WindowedStation {
  readonly app: ElectronApplication;
  readonly page: Page;
  readonly folder: string;
  /** Closes the app as a person does; its exit code. */
  close(): Promise<number | null>;
}

export const electron = pickElectron();

/** Arguments of the app on a data folder, without the demonstration site. */
export function appArguments(folder: string): string[] {
  return [root, '--port', '0', '--data-folder', folder, '--demo', 'off', ...modelFlags];
}

export async function openWindow(): Promise<WindowedStation> {
  const folder = makeDataFolder();
  const app = await _electron.launch({
    args: appArguments(folder),
    cwd: root,
    executablePath: electron.executablePath,
    // A file is kept for the test, where a person is asked by the system where to put it.
    acceptDownloads: true,
  });
  const close = closeLater(async () => {
    const process = app.process();
    if (process.exitCode === null) {
      const ended = once(process, 'exit');
      await app.close();
      await ended;
    }
    removeDataFolder(folder);
    return process.exitCode;
  });
  const page = await app.firstWindow();
  // The window is there before its page is.
  await page.getByRole('navigation').waitFor();
  return { app, page, folder, close };
}
