import { chmodSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { KeyGuard } from '#engine/host.ts';
import { openKeyRing } from '#engine/secrets/key-ring.ts';
import { tempFolder } from '#test/store.ts';

const open = (folder: string, guard: KeyGuard | null = null) => openKeyRing({ folder, guard });
const fileOf = (folder: string): string => path.join(folder, 'secret.key');
const lost = expect.objectContaining({ code: 'SYS_005' }) as Error;

/** A keychain of one user: text turned round, with that user's name before it. */
function keychain(user: string): KeyGuard {
  return {
    isAvailable: () => Promise.resolve(true),
    wrap: (text) => Promise.resolve(Buffer.from(`${user}|${text}`).toString('base64')),
    unwrap(wrapped) {
      const [owner, text = ''] = Buffer.from(wrapped, 'base64').toString().split('|');
      return owner === user ? Promise.resolve(text) : Promise.reject(new Error('not yours'));
    },
  };
}

describe('keys of a station', () => {
  it('are made once, for their user alone, and found again', async () => {
    const folder = tempFolder();
    const sealed = (await open(folder)).seal('Sesam');
    expect(statSync(fileOf(folder)).mode & 0o777).toBe(0o600);
    expect((await open(folder)).open(sealed)).toBe('Sesam');
    expect((await open(folder)).keys()).toHaveLength(1);
  });

  it.each([0o640, 0o604, 0o620])('are refused when others may use the file (%o)', async (mode) => {
    const folder = tempFolder();
    await open(folder);
    chmodSync(fileOf(folder), mode);
    await expect(open(folder)).rejects.toThrow(/SYS_004|chmod 600/);
  });

  it('are refused in a folder in which everybody may put another file', async () => {
    const folder = tempFolder();
    await open(folder);
    chmodSync(folder, 0o777);
    await expect(open(folder)).rejects.toThrow(/chmod o-w/);
    chmodSync(folder, 0o700);
  });

  it('that were lost are replaced: what they sealed cannot be opened, what is new can', async () => {
    const folder = tempFolder();
    const sealed = (await open(folder)).seal('Sesam');
    rmSync(fileOf(folder));
    const ring = await open(folder);
    expect(() => ring.open(sealed)).toThrow(lost);
    expect(ring.open(ring.seal('new'))).toBe('new');
  });

  it('can be put back beside newer ones, line by line', async () => {
    const folder = tempFolder();
    const sealed = (await open(folder)).seal('old');
    const old = readFileSync(fileOf(folder), 'utf8');
    rmSync(fileOf(folder));
    const newer = (await open(folder)).seal('new');
    writeFileSync(fileOf(folder), readFileSync(fileOf(folder), 'utf8') + old);
    const ring = await open(folder);
    expect([ring.open(sealed), ring.open(newer)]).toEqual(['old', 'new']);
  });

  it('of a damaged file are replaced, and that file is kept', async () => {
    const folder = tempFolder();
    await open(folder);
    writeFileSync(fileOf(folder), 'not a key\n', { mode: 0o600 });
    const ring = await open(folder);
    expect(ring.open(ring.seal('Sesam'))).toBe('Sesam');
    expect(readFileSync(`${fileOf(folder)}.damaged`, 'utf8')).toBe('not a key\n');
  });

  it('lie in the keychain where there is one, and there only', async () => {
    const folder = tempFolder();
    const sealed = (await open(folder, keychain('mai'))).seal('Sesam');
    expect(readFileSync(fileOf(folder), 'utf8')).toContain(' keychain ');
    expect((await open(folder, keychain('mai'))).open(sealed)).toBe('Sesam');
    // Started without the window, the station gets a key of its own and keeps the other for the window.
    const headless = await open(folder);
    expect(() => headless.open(sealed)).toThrow(lost);
    const own = headless.seal('own');
    const window = await open(folder, keychain('mai'));
    expect([window.open(sealed), window.open(own)]).toEqual(['Sesam', 'own']);
    const other = await open(folder, keychain('somebody else'));
    expect(() => other.open(sealed)).toThrow(lost);
  });

  it('lie in the file where the system has no keychain', async () => {
    const folder = tempFolder();
    await open(folder, { ...keychain('mai'), isAvailable: () => Promise.resolve(false) });
    expect(readFileSync(fileOf(folder), 'utf8')).toContain(' file ');
  });

  it('that are not used any more go, the present one and used ones stay', async () => {
    const folder = tempFolder();
    const ring = await open(folder);
    const first = ring.keys()[0]?.id ?? '';
    await ring.renew();
    ring.forgetUnused(new Set([first]));
    expect(ring.keys()).toHaveLength(2);
    ring.forgetUnused(new Set());
    expect(ring.keys()).toEqual([{ id: expect.any(String) as string, keptBy: 'file' }]);
    expect(ring.has(first)).toBe(false);
    expect(existsSync(`${fileOf(folder)}.new`)).toBe(false);
  });

  it('say what to do when the file cannot be written', async () => {
    const folder = path.join(tempFolder(), 'missing');
    await expect(open(folder)).rejects.toThrow(expect.objectContaining({ code: 'SYS_004' }));
  });
});
