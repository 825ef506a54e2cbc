/**
 * electron-updater, as the app uses it, against `tallywatch update-server`: in a process of its own that takes itself for an
 * installed AppImage. Real are electron-updater, the server, the signature and the files; Electron is the stand-in.
 */
import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newFeedKeys } from '#engine/update/signed-feed.ts';
import { serveUpdates, signUpdates, type UpdateServer } from '#server/update-server.ts';

const executable = path.resolve(import.meta.dirname, '../helpers/standin/electron');
const app = path.resolve(import.meta.dirname, '../fixtures/updating-app.ts');
const scratch = mkdtempSync(path.join(os.tmpdir(), 'tallywatch-updates-'));
const releases = path.join(scratch, 'releases');
const keyFile = path.join(scratch, 'release.pem');
let server: UpdateServer;
let publicKey = '';

beforeAll(async () => {
  mkdirSync(releases);
  server = await serveUpdates({ folder: releases, host: '127.0.0.1', port: 0 });
});
afterAll(async () => {
  await server.close();
  rmSync(scratch, { recursive: true, force: true });
});

/** Puts a release into the folder. The package writes a file when it is started. */
function publish(version: string): { readonly list: string; readonly bytes: Buffer } {
  const name = `Tallywatch-${version}.AppImage`;
  const bytes = Buffer.from(
    `#!/bin/sh\necho "${version} $*" > "$UPDATE_FOLDER/started"\n#${randomBytes(40_000).toString('hex')}\n`,
  );
  const sha512 = createHash('sha512').update(bytes).digest('base64');
  const list = path.join(releases, 'latest-linux.yml');
  writeFileSync(path.join(releases, name), bytes);
  writeFileSync(
    list,
    `version: ${version}\nfiles:\n  - url: ${name}\n    sha512: ${sha512}\n    size: ${bytes.length}\npath: ${name}\nsha512: ${sha512}\nreleaseDate: '2026-11-30T00:00:00.000Z'\n`,
  );
  rmSync(`${list}.sig`, { force: true });
  return { list, bytes };
}

const sign = (): void => {
  ({ publicKey } = signUpdates(releases, { keyFile, sharePercent: null }));
};

interface Run {
  readonly said: Record<string, unknown>;
  readonly folder: string;
  readonly appImage: string;
}

/** Starts the app as an AppImage of version 1.0.0. */
async function start(
  wish: '' | 'install' | 'go back',
  change: Record<string, string> = {},
): Promise<Run> {
  const folder = mkdtempSync(path.join(scratch, 'run-'));
  const appImage = path.join(folder, 'Tallywatch.AppImage');
  writeFileSync(appImage, '#!/bin/sh\n# the old one\n');
  chmodSync(appImage, 0o755);
  if (wish === 'go back') {
    mkdirSync(path.join(folder, 'packages'));
    const kept = `#!/bin/sh\necho "0.9.0 $*" > "$UPDATE_FOLDER/started"\n`;
    writeFileSync(path.join(folder, 'packages/0.9.0.AppImage'), kept);
  }
  const child = spawn(executable, [app, '--data-folder', '/somewhere'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...process.env,
      ...{ STANDIN_WINDOWLESS: '1', STANDIN_PACKAGED: '1', STANDIN_VERSION: '1.0.0' },
      APPIMAGE: appImage,
      ...{ XDG_CACHE_HOME: path.join(folder, 'cache'), UPDATE_FOLDER: folder },
      ...{ UPDATE_URL: server.url, UPDATE_KEY: publicKey, UPDATE_DO: wish },
      ...change,
    },
  });
  let text = '';
  child.stdout.on('data', (part: Buffer) => (text += part.toString()));
  await new Promise((resolve) => child.once('close', resolve));
  const facts = text.split('\n').filter((line) => line.startsWith('{'));
  const said = Object.assign({}, ...facts.map((line) => JSON.parse(line) as object)) as Run['said'];
  return { said, folder, appImage };
}

describe('the updater', () => {
  it('fetches a signed release, keeps the old package, puts the new one in its place and starts it', async () => {
    const { bytes } = publish('1.1.0');
    sign();
    const { said, folder, appImage } = await start('install');
    expect(said).toEqual({
      release: {
        ...{ version: '1.1.0', releasedAt: Date.UTC(2026, 10, 30), notes: '' },
        ...{ bytes: bytes.length, sharePercent: null },
      },
      ...{ fetched: true, kept: true, finished: true },
    });
    expect(readFileSync(appImage).equals(bytes)).toBe(true);
    expect(readFileSync(path.join(folder, 'packages/1.0.0.AppImage'), 'utf8')).toContain(
      'the old one',
    );
    const started = path.join(folder, 'started');
    await expect
      .poll(() => existsSync(started) && readFileSync(started, 'utf8'))
      .toBe('1.1.0 --data-folder /somewhere\n');
  });

  it('goes back to a package that was kept', async () => {
    const { said, folder, appImage } = await start('go back');
    expect(said).toEqual({ finished: true });
    expect(readFileSync(appImage, 'utf8')).toContain('0.9.0');
    const started = path.join(folder, 'started');
    await expect
      .poll(() => existsSync(started) && readFileSync(started, 'utf8'))
      .toBe('0.9.0 --data-folder /somewhere\n');
  });

  it.each([
    [
      'a package that is not the released one',
      'UPD_002',
      () => {
        publish('1.1.0');
        sign();
        writeFileSync(path.join(releases, 'Tallywatch-1.1.0.AppImage'), '#!/bin/sh\necho forged\n');
      },
    ],
    [
      'a forged package with a list of its own',
      'UPD_002',
      () => {
        publish('1.1.0');
        sign();
        const { list } = publish('1.2.0');
        writeFileSync(`${list}.sig`, 'AAAA');
      },
    ],
    ['a list without a signature', 'UPD_002', () => void publish('1.1.0')],
    [
      'a list that was signed with another key',
      'UPD_002',
      () => {
        publish('1.1.0');
        sign();
        ({ publicKey } = newFeedKeys());
      },
    ],
    ['no release', 'UPD_001', () => rmSync(path.join(releases, 'latest-linux.yml'))],
  ])('refuses %s: %s', async (_, code, prepare) => {
    prepare();
    const { said, appImage } = await start('install');
    expect(said['code']).toBe(code);
    expect(said).not.toHaveProperty('fetched');
    expect(readFileSync(appImage, 'utf8')).toContain('the old one');
  });

  it.each([
    ['the same version', '1.0.0'],
    ['an older version, also when it is signed', '0.8.0'],
  ])('takes no %s', async (_, version) => {
    publish(version);
    sign();
    expect((await start('install')).said).toEqual({ release: null });
  });

  it('says that the server is gone, in time', async () => {
    const gone = createServer();
    await new Promise<void>((resolve) => gone.listen(0, '127.0.0.1', resolve));
    const { port } = gone.address() as AddressInfo;
    await new Promise((resolve) => gone.close(resolve));
    const { said } = await start('', { UPDATE_URL: `http://127.0.0.1:${port}/` });
    expect(said).toEqual({ code: 'UPD_001' });
  });

  it('is not there where a package of the system installs the app', async () => {
    const { said } = await start('', { STANDIN_PACKAGED: '0' });
    expect(said).toEqual({ updates: null });
  });
});
