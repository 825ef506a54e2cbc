/**
 * The server of releases: gives out releases and nothing else, in parts where asked; what it signs is what it serves.
 */
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requireSigned } from '#engine/update/signed-feed.ts';
import { serveUpdates, signUpdates, type UpdateServer } from '#server/update-server.ts';
import { cleanUp, scratchFolder } from '#test/station-process.ts';

const scratch = scratchFolder();
const folder = path.join(scratch, 'releases');
const keyFile = path.join(scratch, 'key.pem');
const list = path.join(folder, 'latest-linux.yml');
let server: UpdateServer;

beforeAll(async () => {
  mkdirSync(path.join(folder, 'sub'), { recursive: true });
  writeFileSync(path.join(scratch, 'secret.yml'), 'secret');
  for (const name of ['Tallywatch-1.0.0.AppImage', 'Tallywatch Setup 1.0.0.exe', 'notes.txt']) {
    writeFileSync(path.join(folder, name), '0123456789');
  }
  writeFileSync(list, 'version: 1.0.0\n');
  server = await serveUpdates({ folder, host: '127.0.0.1', port: 0 });
});
afterAll(async () => {
  await server.close();
  cleanUp();
});

describe('the server of releases', () => {
  it.each([
    ['a list', 'latest-linux.yml', 200],
    ['a package', 'Tallywatch-1.0.0.AppImage', 200],
    ['a package with a space in its name', 'Tallywatch%20Setup%201.0.0.exe', 200],
    ['no other file', 'notes.txt', 404],
    ['no private key', 'key.pem', 404],
    ['nothing above its folder', '..%2fsecret.yml', 404],
    ['nothing below its folder', 'sub/latest.yml', 404],
    ['no folder', '', 404],
    ['no list that is not there', 'beta-linux.yml', 404],
  ])('gives out %s', async (_, name, status) => {
    const response = await fetch(`${server.url}${name}`);
    await response.arrayBuffer();
    expect(response.status).toBe(status);
  });

  it('gives out parts', async () => {
    const response = await fetch(`${server.url}Tallywatch-1.0.0.AppImage`, {
      headers: { range: 'bytes=2-4' },
    });
    expect([response.status, await response.text()]).toEqual([206, '234']);
    expect(response.headers.get('content-range')).toBe('bytes 2-4/10');
  });

  it('says that its port is taken', async () => {
    const port = Number(new URL(server.url).port);
    await expect(serveUpdates({ folder, host: '127.0.0.1', port })).rejects.toMatchObject({
      code: 'SYS_004',
    });
  });

  it('signs what it serves, with one key, and sets the share', async () => {
    const first = signUpdates(folder, { keyFile, sharePercent: 10 });
    const second = signUpdates(folder, { keyFile, sharePercent: 20 });
    expect([first.isNewKey, second.isNewKey]).toEqual([true, false]);
    expect(second.publicKey).toBe(first.publicKey);
    expect(statSync(keyFile).mode & 0o077).toBe(0);
    const text = await (await fetch(`${server.url}latest-linux.yml`)).text();
    const signature = await (await fetch(`${server.url}latest-linux.yml.sig`)).text();
    expect(text).toBe('version: 1.0.0\nstagingPercentage: 20\n');
    requireSigned(text, { publicKey: second.publicKey, signature });
    signUpdates(folder, { keyFile, sharePercent: 100 });
    expect(readFileSync(list, 'utf8')).toBe('version: 1.0.0\n');
  });

  it('has nothing to sign in an empty folder', () => {
    const empty = path.join(scratch, 'empty');
    mkdirSync(empty);
    expect(() => signUpdates(empty, { keyFile, sharePercent: null })).toThrow('npm run dist');
    rmSync(empty, { recursive: true });
  });
});
