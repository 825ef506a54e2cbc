import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { noncePlaceholder, servePage } from '#server/page.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'tallywatch-page-'));
  await mkdir(path.join(folder, 'page/assets'), { recursive: true });
  await writeFile(path.join(folder, 'secret.txt'), 'secret');
  await writeFile(path.join(folder, 'page-too.txt'), 'secret');
  await writeFile(path.join(folder, 'page/index.html'), `<meta nonce="${noncePlaceholder}">`);
  await writeFile(path.join(folder, 'page/assets/app-1a2b.js'), 'run()');
});
afterAll(() => rm(folder, { recursive: true }));

const get = (url: string): Promise<Response> =>
  servePage(path.join(folder, 'page'), new URL(url).pathname);

describe('page', () => {
  const html = 'text/html; charset=utf-8';
  const script = 'text/javascript; charset=utf-8';
  const forever = 'public, max-age=31536000, immutable';

  it.each([
    ['the page', 'http://x/', [200, html, 'no-cache']],
    ['a view of the page', 'http://x/cameras/gate', [200, html, 'no-cache']],
    ['the page of the window', 'tallywatch://app/', [200, html, 'no-cache']],
    ['a file named by its digest', 'http://x/assets/app-1a2b.js', [200, script, forever]],
    ['no file that does not exist', 'http://x/assets/none.js', [404, 'text/plain', null]],
  ])('serves %s', async (_, url, expected) => {
    const { status, headers } = await get(url);
    expect([status, headers.get('content-type'), headers.get('cache-control')]).toEqual(expected);
  });

  it.each([
    ['dots', 'http://x/../secret.txt'],
    ['encoded dots', 'http://x/%2e%2e/secret.txt'],
    ['encoded slashes', 'http://x/..%2fsecret.txt'],
    ['encoded slashes in the window', 'tallywatch://app/..%2f..%2fsecret.txt'],
    ['a backslash', 'http://x/..%5csecret.txt'],
    ['a neighbour with the same beginning', 'http://x/..%2fpage-too.txt'],
    ['a zero byte', 'http://x/index.html%00.txt'],
    ['half an escape', 'http://x/%e0%a4%a.txt'],
  ])('refuses to leave its folder by %s', async (_, url) => {
    const response = await get(url);
    expect([response.status, await response.text()]).toEqual([404, 'There is no such file']);
  });

  it('says that the page is not built', async () => {
    expect((await servePage(null, '/')).status).toBe(503);
  });

  it('gives every page a nonce of its own, in its policy and in its text', async () => {
    const pages = [await get('http://x/'), await get('http://x/')];
    const nonces = await Promise.all(
      pages.map(async (page) => /nonce="(.+)"/.exec(await page.text())?.[1] ?? 'none'),
    );
    expect(new Set(nonces).size).toBe(2);
    const policies = pages.map((page) => page.headers.get('content-security-policy') ?? '');
    expect(nonces.map((nonce, index) => policies[index]?.includes(`'nonce-${nonce}'`))).toEqual([
      true,
      true,
    ]);
  });

  it('allows nothing inline and nothing from elsewhere', async () => {
    const policy = (await get('http://x/')).headers.get('content-security-policy');
    expect(policy).not.toContain('unsafe');
    expect(policy).not.toContain('*');
  });
});
