/**
 * Runs a station under plain Node with its page until it is told to stop.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { isDemoFolder, type StationConfig } from '#contract/config.ts';
import { createStation, type Station } from '#engine/station.ts';
import { setUpDemo } from '#engine/demo.ts';
import { hasUsers } from '#engine/store/has-users.ts';
import { createNodeHost } from './node-host.ts';
import { productFolders, productVersion } from './product.ts';
import { refuseWithoutAdmin, type RunningServer, serve } from './serve.ts';

/** A station that does not close within this time is ended; the ledger is safe at any moment. */
const closeLimitMs = 5_000;
const restartCode = 1;

export interface HeadlessOptions {
  readonly workersFolder: string;
}

/** Resolves when the station runs and its address is printed. Rejects with the StationError that kept it from it. */
export async function runHeadless(
  config: StationConfig,
  { workersFolder }: HeadlessOptions,
): Promise<{ station: Station; server: RunningServer }> {
  const folders = productFolders(workersFolder);
  const host = createNodeHost({
    kind: 'headless',
    version: productVersion(folders.root),
    dataFolder: config.dataFolder,
    resourcesFolder: folders.resources,
    workersFolder,
    logLevel: config.logLevel,
    logLevels: config.logLevels,
    terminalLevel: 'warn',
    // Whoever forked this process starts it again when it ends with another code than 0.
    ...(process.connected ? { restart: () => void stop(restartCode) } : {}),
  });
  // Asked before anything is started, and again when it listens.
  refuseWithoutAdmin(config.host, () => !hasUsers(config.dataFolder));
  const station = await createStation(host, config);
  let server: RunningServer;
  try {
    server = await serve(station, {
      ...config,
      pageFolder: existsSync(folders.page) ? folders.page : null,
    });
  } catch (error) {
    await station.close();
    throw error;
  }
  await station.announce(server.url);
  if (isDemoFolder(config.demo)) await setUpDemo(station, path.resolve(config.demo), host.log);
  process.stdout.write(`Tallywatch counts at ${server.url}\n`);
  if (server.fingerprint !== null) {
    process.stdout.write(`Fingerprint of its certificate (SHA-256): ${server.fingerprint}\n`);
  }

  let isClosing = false;
  async function stop(code = 0): Promise<void> {
    if (isClosing) return;
    isClosing = true;
    setTimeout(() => process.exit(1), closeLimitMs).unref();
    await server.close();
    await station.close();
    process.exit(code);
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => void stop());
  }
  // A supervisor that forked this process asks by message, because Windows has no signals.
  process.on('message', (message) => {
    if (message === 'stop') void stop();
  });
  process.on('disconnect', () => void stop());
  return { station, server };
}
