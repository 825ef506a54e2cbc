/**
 * Electron entry: flags → host → station → ipc → window.
 */
import path from 'node:path';
import { app } from 'electron';
import { isDemoFolder, type StationConfig } from '#contract/config.ts';
import { setUpDemo } from '#engine/demo.ts';
import { createStation, type Station } from '#engine/station.ts';
import { configFlags, loadCliConfig } from '#server/cli-config.ts';
import { serve } from '#server/serve.ts';
import { createConnections } from '#shell/connections.ts';
import { createElectronHost } from '#shell/electron-host.ts';
import type { ElectronHost } from '#shell/electron-host.ts';
import { type SenderCheck, serveIpc } from '#shell/ipc.ts';
import { routeOfArguments, routeOfLink } from '#shell/deep-link.ts';
import { type Desktop, openDesktop } from '#shell/desktop.ts';
import {
  closeBeforeQuit,
  endOnBug,
  giveUp,
  hideInsteadOfClose,
  showFirstWindow,
} from '#shell/lifecycle.ts';
import { setMenu } from '#shell/menu.ts';
import { appOrigin, appScheme, isOwnUrl } from '#shell/origin.ts';
import { servePreviewPorts } from '#shell/preview-port.ts';
import { registerAppScheme, serveApp } from '#shell/protocol.ts';
import { guardPages, guardPermissions } from '#shell/security.ts';
import { readShellFlags } from '#shell/shell-flags.ts';
import { pickFlags } from '#shell/station-flags.ts';
import { createWindowIdentity } from '#shell/window-identity.ts';
import { recallPlace, rememberPlace } from '#shell/window-memory.ts';
import { openScreen } from '#shell/screen-window.ts';
import { openWindow } from '#shell/window.ts';

/** Address of the development server, given by electron-vite */
const devUrl = app.isPackaged ? undefined : process.env['ELECTRON_RENDERER_URL'];
const devOrigin = devUrl === undefined ? null : new URL(devUrl).origin;
const isOurs = (url: string): boolean => isOwnUrl(url, devOrigin);

const flags = readShellFlags(process.argv);
// Without a screen Chromium must not look for one.
if (flags.isHeadless) app.commandLine.appendSwitch('ozone-platform', 'headless');

registerAppScheme();
app.enableSandbox();
try {
  const config = loadCliConfig(
    pickFlags(process.argv, ['--config', ...configFlags.map(({ flag }) => flag)]),
  );
  // One window per data folder: a second start on the same one shows the first window instead.
  app.setPath('userData', path.join(config.dataFolder, 'window'));
  if (app.requestSingleInstanceLock()) start(config);
  else app.exit(0);
} catch (error) {
  giveUp(error);
}

function start(config: StationConfig): void {
  const host = createElectronHost(import.meta.dirname, config);
  endOnBug(host.log);
  guardPages({
    ...{ isOwnUrl: isOurs, log: host.log },
    onOpen: (url) => openScreen({ url, preload: host.folders.preload, log: host.log }),
  });
  app.on('second-instance', (_event, argv) => showFirstWindow(routeOfArguments(argv)));
  app.on('open-url', (_event, link) => showFirstWindow(routeOfLink(link)));
  app.on('child-process-gone', (_event, { type, reason, exitCode }) => {
    host.log.warn('a process of the window ended', { type, reason, exitCode });
  });
  if (app.isPackaged) app.setAsDefaultProtocolClient(appScheme);
  app.on('window-all-closed', () => app.quit());
  app
    .whenReady()
    .then(() => run(config, host))
    .catch((error: unknown) => {
      // A version that was taken back ends by itself, and its error is not one to show.
      if (host.updates?.finish() === true) app.exit(0);
      else giveUp(error);
    });
}

async function run(config: StationConfig, host: ElectronHost): Promise<void> {
  const { log, folders } = host;
  guardPermissions(isOurs);
  serveApp(folders.page);
  setMenu(app.isPackaged);

  const station = await createStation(host, config);
  const identity = createWindowIdentity(station.access);
  const connections = createConnections(() => station.door(identity, identity.keepSession), log);
  const closeServer = await openToBrowsers(station, config, host);
  let desktop: Desktop | null = null;
  closeBeforeQuit(async () => {
    desktop?.close();
    await connections.close();
    await closeServer();
    await station.close();
    host.updates?.finish();
  }, log);

  const isTrusted: SenderCheck = ({ senderFrame }) =>
    senderFrame !== null && senderFrame.parent === null && isOurs(senderFrame.url);
  serveIpc(connections, isTrusted);
  servePreviewPorts({ connections, isOurs: isTrusted, log });
  if (!flags.isHeadless) {
    const page = devUrl ?? `${appOrigin}/`;
    const window = openWindow({
      ...{ log, preload: folders.preload, isKiosk: flags.isKiosk, isHidden: flags.isHidden },
      url: `${page}${routeOfArguments(process.argv) ?? ''}`,
      place: recallPlace(config.dataFolder, flags.screen),
    });
    if (!flags.isKiosk) rememberPlace(window, config.dataFolder, log);
    desktop = openDesktop({
      door: station.door(identity),
      iconFolder: path.join(host.paths.resources, 'icons'),
      log,
      onShow: showFirstWindow,
    });
    if (desktop.hasTray) hideInsteadOfClose(window);
  }
  if (isDemoFolder(config.demo)) await setUpDemo(station, path.resolve(config.demo), log);
}

/** Opens the HTTP door beside the window. A port that is in use costs the browsers, not the window. */
async function openToBrowsers(
  station: Station,
  config: StationConfig,
  { log, folders }: ElectronHost,
): Promise<() => Promise<void>> {
  try {
    const server = await serve(station, {
      ...config,
      pageFolder: folders.page,
    });
    await station.announce(server.url);
    return () => server.close();
  } catch (error) {
    log.warn('browsers cannot reach this station', { reason: String(error) });
    return () => Promise.resolve();
  }
}
