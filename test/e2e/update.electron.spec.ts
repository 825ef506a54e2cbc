import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { expect, test } from 'playwright/test';
import type { UpdateStatus } from '#contract/update.ts';
import { serveUpdates, signUpdates } from '#server/update-server.ts';
import { makeDataFolder, modelFlags, removeDataFolder, root } from './steps/folders.ts';
import { closeLater, closeLeftOvers } from './steps/left-overs.ts';
import { electron } from './steps/window.ts';

test.afterEach(closeLeftOvers);
test.skip(electron.kind !== 'stand-in', 'real Electron is updated by its real packages');

test('an update is offered, put off, installed and watched, and one that cannot start is taken back', async () => {
  const scratch = makeDataFolder();
  const releases = path.join(scratch, 'releases');
  mkdirSync(releases);
  const appImage = path.join(scratch, 'Tallywatch.AppImage');
  writePackage(appImage, '1.0.0', root);
  const server = await serveUpdates({ folder: releases, host: '127.0.0.1', port: 0 });
  closeLater(() => server.close());
  publish(releases, '1.1.0', root);
  const { publicKey } = sign(releases, scratch);
  const data = path.join(scratch, 'data');
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  spawn(
    appImage,
    [
      ...['--data-folder', data, '--port', String(port), '--demo', 'off', ...modelFlags],
      ...['--update-url', server.url, '--update-key', publicKey],
    ],
    {
      detached: true,
      stdio: 'ignore',
      env: {
        ...process.env,
        ...{ STANDIN_PACKAGED: '1', APPIMAGE: appImage },
        XDG_CACHE_HOME: path.join(scratch, 'cache'),
      },
    },
  ).unref();
  closeLater(async () => {
    await stopStation(data, url);
    removeDataFolder(scratch);
  });
  const versionOf = async (): Promise<string> => {
    const status = await ask<UpdateStatus>(url, 'update.status').catch(() => null);
    return status?.version ?? 'none';
  };
  const fetchRelease = async (): Promise<void> => {
    expect((await ask<UpdateStatus>(url, 'update.check')).stage.state).toBe('available');
    expect((await ask<UpdateStatus>(url, 'update.download')).stage.state).toBe('ready');
  };
  const install = (): Promise<unknown> => ask(url, 'update.install', { evenCounting: true });

  await expect.poll(versionOf).toBe('1.0.0');
  await fetchRelease();
  await ask(url, 'update.defer', { hours: 24 });
  expect(await ask(url, 'update.status')).toMatchObject({
    ...{ version: '1.0.0', stage: { state: 'ready', wait: 'deferred' } },
  });
  await install();
  await expect.poll(versionOf).toBe('1.1.0');
  expect(await ask(url, 'update.status')).toMatchObject({
    trial: { from: '1.0.0', to: '1.1.0', state: 'trial' },
  });

  publish(releases, '1.2.0', spoiledProgram(scratch));
  sign(releases, scratch);
  await fetchRelease();
  await install();
  await expect
    .poll(async () => (await ask<UpdateStatus>(url, 'update.status').catch(() => null))?.trial)
    .toMatchObject({
      ...{ from: '1.1.0', to: '1.2.0', state: 'returned' },
    });
  expect(await versionOf()).toBe('1.1.0');
  expect(readFileSync(appImage, 'utf8')).toContain('STANDIN_VERSION=1.1.0');
});

/** A package is here a script that starts a built program as the version it is of. */
function writePackage(file: string, version: string, program: string): void {
  const command = `exec "${electron.executablePath}" "${program}" "$@"`;
  writeFileSync(file, `#!/bin/sh\nexport STANDIN_VERSION=${version}\n${command}\n`);
  chmodSync(file, 0o755);
}

function publish(releases: string, version: string, program: string): void {
  const name = `Tallywatch-${version}.AppImage`;
  const file = path.join(releases, name);
  writePackage(file, version, program);
  const bytes = readFileSync(file);
  const sha512 = createHash('sha512').update(bytes).digest('base64');
  const entry = `  - url: ${name}\n    sha512: ${sha512}\n    size: ${bytes.length}\n`;
  writeFileSync(
    path.join(releases, 'latest-linux.yml'),
    `version: ${version}\nfiles:\n${entry}path: ${name}\nsha512: ${sha512}\nreleaseDate: '2026-11-30T00:00:00.000Z'\n`,
  );
}

function sign(releases: string, scratch: string): { readonly publicKey: string } {
  return signUpdates(releases, { keyFile: path.join(scratch, 'key.pem'), sharePercent: null });
}

/** The same program, whose database cannot be opened. */
function spoiledProgram(scratch: string): string {
  const program = path.join(scratch, 'program');
  cpSync(path.join(root, 'out'), path.join(program, 'out'), { recursive: true });
  cpSync(path.join(root, 'package.json'), path.join(program, 'package.json'));
  for (const name of ['node_modules', 'resources']) {
    symlinkSync(path.join(root, name), path.join(program, name));
  }
  writeFileSync(path.join(program, 'out/main/workers/store.js'), 'throw new Error("spoiled");\n');
  return program;
}

async function ask<T = unknown>(url: string, name: string, input: object = {}): Promise<T> {
  const response = await fetch(`${url}/api/v1/call/${name}`, {
    method: 'POST',
    body: JSON.stringify(input),
    headers: { 'content-type': 'application/json' },
  });
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()) as T;
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/** Whichever version runs now. */
/** Until nobody answers: while a station starts again, the file names the one before it. */
async function stopStation(data: string, url: string): Promise<void> {
  const answers = async (): Promise<boolean> => {
    const { pid } = JSON.parse(readFileSync(path.join(data, 'station.json'), 'utf8')) as {
      pid: number;
    };
    if (isRunning(pid)) process.kill(pid, 'SIGTERM');
    return ask(url, 'update.status').then(
      () => true,
      () => isRunning(pid),
    );
  };
  await expect.poll(answers).toBe(false);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
