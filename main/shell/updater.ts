/**
 * How the installed app replaces itself: electron-updater with a feed that must be signed, and the package of the version
 * before kept aside. What is decided about updates is decided in the engine.
 */
import { spawn } from 'node:child_process';
import { chmod, copyFile, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { chmodSync, copyFileSync, existsSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { app } from 'electron';
import { AppImageUpdater, type BaseUpdater, NsisUpdater, type UpdateInfo } from 'electron-updater';
import { StationError } from '#contract/error.ts';
import type { Release } from '#contract/update.ts';
import type { Logger } from '#engine/base/log.ts';
import type { UpdateDriver, UpdateFeed } from '#engine/host.ts';
import { toUpdateError } from '#engine/update/update-error.ts';
import { createSignedProvider } from './signed-provider.ts';

/** A server that says nothing is given up after this; electron-updater itself waits for a minute, several times. */
const checkLimitMs = 30_000;
/** In this time whoever asked for it gets the answer. */
const answerMs = 300;
/** Below the user's cache folder */
const cacheName = 'tallywatch-updater';

export interface AppUpdates extends UpdateDriver {
  /**
   * Starts the package that `install` or `goBack` was asked for, and tells whether there was one. Call it when the station
   * is closed, then end the app.
   */
  finish(): boolean;
}

/** null where the app is no AppImage and was not installed by its Windows installer: a package of the system updates it. */
export function createAppUpdates(log: Logger, cacheFolder: string): AppUpdates | null {
  if (!app.isPackaged) return null;
  const appImage = process.env['APPIMAGE'];
  if (process.platform === 'linux' && appImage !== undefined) {
    return createUpdates(log, { cacheFolder, kind: appImageKind(appImage) });
  }
  const isInstalled =
    process.platform === 'win32' &&
    existsSync(path.join(path.dirname(app.getPath('exe')), 'Uninstall Tallywatch.exe'));
  return isInstalled ? createUpdates(log, { cacheFolder, kind: nsisKind }) : null;
}

interface PackageKind {
  readonly ending: string;
  /** The package that runs, where the system still has it */
  readonly running: string | null;
  open(): BaseUpdater;
  /** Starts a kept package in the place of this app. */
  start(kept: string): void;
}

function appImageKind(appImage: string): PackageKind {
  return {
    ending: 'AppImage',
    running: appImage,
    open: () => new StationAppImage(),
    start: (kept) => replaceAppImage(kept, appImage),
  };
}

const nsisKind: PackageKind = {
  ending: 'exe',
  running: null,
  open: () => new NsisUpdater(),
  start: (kept) => spawn(kept, ['/S', '--force-run'], { detached: true, stdio: 'ignore' }).unref(),
};

/**
 * Keeps the name of the file, by which menus and services start it, and starts it with the flags of this run when this run
 * has ended: electron-updater would start it without flags, and while this one still has the data folder.
 */
class StationAppImage extends AppImageUpdater {
  protected override doInstall(): boolean {
    const fetched = this.installerPath;
    const appImage = process.env['APPIMAGE'];
    if (fetched === null || appImage === undefined) return false;
    replaceAppImage(fetched, appImage);
    return true;
  }
}

/** There is the old file or the new one at any moment. */
function replaceAppImage(from: string, appImage: string): void {
  const fresh = `${appImage}.new`;
  copyFileSync(from, fresh);
  chmodSync(fresh, 0o755);
  renameSync(fresh, appImage);
  app.relaunch({ execPath: appImage, args: process.argv.slice(1) });
}

function createUpdates(
  log: Logger,
  { cacheFolder, kind }: { readonly cacheFolder: string; readonly kind: PackageKind },
): AppUpdates {
  let updater: BaseUpdater | null = null;
  let server = '';
  /** The version that was found, and its package when it is fetched */
  let found: { readonly version: string; file: string | null } | null = null;
  /** What ends the app, when the station is closed */
  let atEnd: (() => void) | null = null;

  function open(feed: UpdateFeed): BaseUpdater {
    const opened = kind.open();
    opened.logger = quiet(log);
    opened.autoDownload = false;
    // Its usual way is to install whenever the app ends, also when a person only wants to stop counting.
    opened.autoInstallOnAppQuit = false;
    opened.allowDowngrade = false;
    // A whole package over the site's own network takes seconds; parts of an old one are one more thing to go wrong.
    opened.disableDifferentialDownload = true;
    // Who gets a version first is decided by the engine.
    opened.isUserWithinRollout = () => true;
    opened.updateConfigPath = writeConfig(cacheFolder);
    opened.setFeedURL({
      provider: 'custom',
      updateProvider: createSignedProvider(feed),
    });
    // Every failure also rejects the call that met it.
    opened.on('error', () => undefined);
    return opened;
  }

  async function packageOf(folder: string, version: string): Promise<string> {
    const packages = path.join(folder, 'packages');
    await mkdir(packages, { recursive: true });
    return path.join(packages, `${version}.${kind.ending}`);
  }

  function endWith(act: () => void): void {
    atEnd = act;
    // Whatever way the app ends: the station may never have come up.
    app.once('quit', finish);
    setTimeout(() => app.quit(), answerMs);
  }

  function finish(): boolean {
    const act = atEnd;
    atEnd = null;
    if (act === null) return false;
    // The version that starts next must not find the window's lock taken.
    app.releaseSingleInstanceLock();
    try {
      act();
    } catch (error) {
      log.error('the update was not installed', { error: String(error) });
    }
    return true;
  }

  return {
    async check(feed) {
      server = feed.url;
      updater = open(feed);
      try {
        const answer = await within(checkLimitMs, updater.checkForUpdates());
        if (answer?.isUpdateAvailable !== true) return null;
        const { version } = answer.updateInfo;
        found = { version, file: found?.version === version ? found.file : null };
        return releaseOf(answer.updateInfo);
      } catch (error) {
        throw toUpdateError(error, server);
      }
    },
    async download(onShare) {
      if (updater === null) throw new StationError('UPD_003', 'Look for an update first.');
      const onProgress = ({ percent }: { percent: number }): void => onShare(percent / 100);
      updater.on('download-progress', onProgress);
      try {
        const [file = null] = await updater.downloadUpdate();
        if (found !== null) found.file = file;
      } catch (error) {
        throw toUpdateError(error, server);
      } finally {
        updater.off('download-progress', onProgress);
      }
    },
    async keepRunning(folder) {
      const running = await packageOf(folder, app.getVersion());
      if (kind.running !== null) await copyWhole(kind.running, running);
      // Windows has no package of what is installed, so the one of the next version is kept for the time after it.
      const next = found === null ? null : await packageOf(folder, found.version);
      if (kind.running === null && next !== null && found?.file != null) {
        await copyWhole(found.file, next);
      }
      await removeOthers(path.dirname(running), [running, next]);
      return existsSync(running);
    },
    install() {
      const fetched = updater;
      endWith(() => {
        if (fetched?.install(true, true) !== true) log.error('the installer did not start');
      });
    },
    async goBack(folder, version) {
      const kept = await packageOf(folder, version);
      if (!existsSync(kept)) {
        throw new StationError(
          'UPD_003',
          `The package of version ${version} is not in ${path.dirname(kept)}: install it by hand.`,
        );
      }
      endWith(() => kind.start(kept));
    },
    finish,
  };
}

function releaseOf({
  version,
  releaseDate,
  releaseNotes,
  files,
  stagingPercentage,
}: UpdateInfo): Release {
  const at = Date.parse(releaseDate);
  return {
    version,
    releasedAt: Number.isNaN(at) ? null : at,
    notes: typeof releaseNotes === 'string' ? releaseNotes : '',
    bytes: files[0]?.size ?? null,
    sharePercent: stagingPercentage ?? null,
  };
}

async function removeOthers(folder: string, kept: readonly (string | null)[]): Promise<void> {
  for (const name of await readdir(folder)) {
    const file = path.join(folder, name);
    if (!kept.includes(file)) await rm(file, { force: true });
  }
}

async function copyWhole(from: string, to: string): Promise<void> {
  await copyFile(from, `${to}.part`);
  await chmod(`${to}.part`, 0o755);
  await rename(`${to}.part`, to);
}

/** Tells electron-updater where to put what it fetches; the rest of its file is for other feeds. */
function writeConfig(cacheFolder: string): string {
  const file = path.join(cacheFolder, 'app-update.yml');
  writeFileSync(
    file,
    `provider: generic\nurl: http://127.0.0.1/\nupdaterCacheDirName: ${cacheName}\n`,
  );
  return file;
}

async function within<T>(limitMs: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${limitMs / 1_000} s`)), limitMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function quiet(log: Logger) {
  const say = (level: 'debug' | 'warn') => (message?: unknown) =>
    log[level]('updater', { message: String(message).split('\n')[0] });
  return { info: say('debug'), debug: say('debug'), warn: say('warn'), error: say('warn') };
}
