/**
 * One headless Chromium for all windows, with its DevTools port open, as Electron's is under Playwright.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { connectCdp } from './cdp.ts';
import type { Cdp } from './cdp.ts';

export const chromiumPath = process.env['STANDIN_CHROMIUM'] ?? '/usr/bin/chromium';

const quiet = [
  '--headless=new',
  '--no-sandbox',
  '--no-startup-window',
  '--no-first-run',
  '--no-default-browser-check',
  '--password-store=basic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
  '--force-color-profile=srgb',
  '--enable-unsafe-swiftshader',
];

export interface Chromium {
  readonly cdp: Cdp;
  readonly pid: number;
  close(): Promise<void>;
}

/** Starts Chromium in a profile of its own that ends with this process. */
export async function startChromium(switches: readonly string[]): Promise<Chromium> {
  const profile = mkdtempSync(path.join(os.tmpdir(), 'standin-chromium-'));
  const child = spawn(
    chromiumPath,
    [...quiet, '--remote-debugging-port=0', `--user-data-dir=${profile}`, ...switches],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  process.once('exit', () => {
    child.kill('SIGKILL');
    rmSync(profile, { recursive: true, force: true, maxRetries: 3 });
  });
  const url = await new Promise<string>((resolve, reject) => {
    const said: string[] = [];
    child.once('error', reject);
    child.once('exit', (code) =>
      reject(new Error(`Chromium ended with ${String(code)}\n${said.join('\n')}`)),
    );
    createInterface(child.stderr).on('line', (line) => {
      said.push(line);
      const match = /^DevTools listening on (ws:\S+)/.exec(line);
      if (match !== null) resolve(match[1]!);
    });
  });
  // Playwright waits for this line to attach to the pages.
  process.stderr.write(`DevTools listening on ${url}\n`);
  const cdp = await connectCdp(url);
  return {
    cdp,
    pid: child.pid!,
    async close() {
      await cdp.send('Browser.close').catch(() => undefined);
      await gone;
    },
  };
}
