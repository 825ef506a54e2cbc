/**
 * The stand-in against the documented behaviour of Electron, on a small app that uses what Tallywatch uses.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { _electron } from 'playwright';
import type { ElectronApplication, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath } from '#test/standin/chromium.ts';

const folder = path.resolve(import.meta.dirname, '../fixtures/standin-app');
const executable = path.resolve(import.meta.dirname, '../helpers/standin/electron');
const patient = { timeout: 20_000 };
const userData = mkdtempSync(path.join(os.tmpdir(), 'standin-test-'));
const env = { ...process.env, FIXTURE_USER_DATA: userData } as Record<string, string>;

/** What the fixture puts into its pages and its main process. */
interface Fixture {
  echo(value: unknown): Promise<{ value: unknown; url: string }>;
  fail(): Promise<void>;
  throwAtOnce(): void;
  twice(text: string): string;
  onTick(listener: (at: number) => void): () => void;
}
interface PageGlobals {
  fixture: Fixture;
  foundAtOnce: string;
}
interface MainGlobals {
  seen: unknown[][];
  fork(how: string): Promise<{ code: number; said: unknown[] }>;
}

describe.skipIf(!existsSync(chromiumPath))('stand-in', () => {
  let app: ElectronApplication;
  let page: Page;

  beforeAll(async () => {
    app = await _electron.launch({ executablePath: executable, args: [folder], env });
    page = await app.firstWindow();
    await page.waitForFunction(() => 'foundAtOnce' in window);
  });
  afterAll(async () => {
    await app.close();
    rmSync(userData, { recursive: true, force: true });
  });

  it('has the preload ready before the first script of the page', async () => {
    expect(await page.evaluate(() => (window as unknown as PageGlobals).foundAtOnce)).toBe(
      'object',
    );
  });

  it('keeps the preload in a world of its own', async () => {
    const seen = await page.evaluate(() =>
      ['secret', 'require', 'process', 'standinHost', 'standinReceive'].map(
        (name) => name in window,
      ),
    );
    expect(seen).toEqual([false, false, false, false, false]);
  });

  it('freezes what crosses the bridge', async () => {
    const isFrozen = await page.evaluate(() =>
      Object.isFrozen((window as unknown as PageGlobals).fixture),
    );
    expect(isFrozen).toBe(true);
  });

  it('carries values like a structured clone, and tells the app its own address', async () => {
    const result = await page.evaluate(async () => {
      const { fixture } = window as unknown as PageGlobals;
      const sent = { bytes: new Uint8Array([1, 2]), map: new Map([['a', 1n]]), at: new Date(5) };
      const { value, url } = await fixture.echo({ ...sent, none: undefined, many: [NaN] });
      const { bytes, map, at, many } = value as typeof sent & { many: number[] };
      return [
        url,
        bytes instanceof Uint8Array && bytes[1],
        String(map.get('a')),
        at.getTime(),
        String(many[0]),
      ];
    });
    expect(result).toEqual(['fixture://app/', 2, '1', 5, 'NaN']);
  });

  it('turns errors into their message', async () => {
    const messages = await page.evaluate(async () => {
      const { fixture } = window as unknown as PageGlobals;
      const atOnce = ((): string => {
        try {
          fixture.throwAtOnce();
          return 'nothing thrown';
        } catch (error) {
          return (error as Error).message;
        }
      })();
      return [atOnce, await fixture.fail().catch((error: unknown) => (error as Error).message)];
    });
    expect(messages).toEqual([
      expect.stringContaining('at once'),
      expect.stringContaining("Error invoking remote method 'fail': TypeError: not today"),
    ]);
  });

  it('calls functions across the bridge in both directions', async () => {
    const result = await page.evaluate(async () => {
      const { fixture } = window as unknown as PageGlobals;
      const at = await new Promise<number>((resolve) => {
        const stop = fixture.onTick((value) => {
          stop();
          resolve(value);
        });
      });
      return [fixture.twice('ab'), at > 0];
    });
    expect(result).toEqual(['abab', true]);
  });

  it('enforces the content policy of the scheme', async () => {
    expect(await page.evaluate(() => 'inlineRan' in window)).toBe(false);
  });

  it('hands a port to the page and tells when it is closed', async () => {
    const bytes = await page.evaluate(async () => {
      const port = await new Promise<MessagePort>((resolve) => {
        window.addEventListener('message', ({ ports }) => {
          if (ports[0] !== undefined) resolve(ports[0]);
        });
        window.postMessage('open port', location.origin);
      });
      return new Promise<number[]>((resolve) => {
        port.onmessage = ({ data }) => {
          port.close();
          resolve([...(data as Uint8Array)]);
        };
        port.postMessage('four');
      });
    });
    expect(bytes).toEqual([4, 7]);
    await expect.poll(() => seen(app), patient).toContainEqual(['port closed']);
  });

  it('asks the app about what a page wants to open', async () => {
    const isNothing = await page.evaluate(() => {
      const link = Object.assign(document.createElement('a'), { href: '/docs', target: '_blank' });
      document.body.append(link);
      link.click();
      return window.open('#/wall') === null;
    });
    expect(isNothing).toBe(true);
    await expect
      .poll(async () => (await seen(app)).filter(([what]) => what === 'open'), patient)
      .toEqual([
        ['open', 'fixture://app/docs'],
        ['open', 'fixture://app/#/wall'],
      ]);
    expect(app.windows()).toHaveLength(1);
  });

  it.each([
    ['its own code when it exits', '7', 7],
    ['the bare number of the signal that ended it', 'SIGSEGV', os.constants.signals.SIGSEGV],
  ])('ends a utility process with %s', async (_, how, code) => {
    const result = await app.evaluate(
      (_electronModule, wanted) => (globalThis as unknown as MainGlobals).fork(wanted),
      how,
    );
    expect(result.code).toBe(code);
    expect(result.said).toEqual([expect.objectContaining({ send: 'undefined' })]);
  });

  it('refuses a second instance and tells the first', () => {
    const second = spawnSync(executable, [folder, '--second'], { env, encoding: 'utf8' });
    expect(second.status).toBe(3);
    return expect.poll(() => seen(app), patient).toContainEqual(['second-instance', '--second']);
  });

  it('tells that the page crashed, and loads it again', async () => {
    await app.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()[0]!.webContents.forcefullyCrashRenderer(),
    );
    await expect.poll(() => seen(app), patient).toContainEqual(['page gone', 'crashed']);
    const text = app.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()[0]!.webContents.executeJavaScript('typeof fixture'),
    );
    await expect(text).resolves.toBe('object');
  });

  it('knows its windows', async () => {
    const facts = await app.evaluate(({ app: main, BrowserWindow }) => [
      main.getVersion(),
      BrowserWindow.getAllWindows()[0]!.getBounds().width,
    ]);
    expect(facts).toEqual(['1.2.3', 640]);
  });
});

function seen(app: ElectronApplication): Promise<unknown[][]> {
  return app.evaluate(() => (globalThis as unknown as MainGlobals).seen);
}
