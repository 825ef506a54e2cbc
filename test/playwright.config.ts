/**
 * End to end, at both doors: the page in a browser on the built headless station, and the built app in its window.
 */
import path from 'node:path';
import { defineConfig } from 'playwright/test';
import { chromiumPath } from '#test/standin/chromium.ts';

export default defineConfig({
  testDir: './e2e',
  outputDir: path.resolve(import.meta.dirname, '../test-results/e2e'),
  // Stations share the cores of one machine; one after the other is as fast and says more.
  workers: 1,
  timeout: 180_000,
  expect: { timeout: 45_000 },
  reporter: 'list',
  forbidOnly: process.env['CI'] !== undefined,
  projects: [
    {
      name: 'browser',
      testMatch: '*.browser.spec.ts',
      use: {
        viewport: { width: 1440, height: 900 },
        locale: 'en-GB',
        screenshot: 'only-on-failure',
        actionTimeout: 60_000,
        launchOptions: { executablePath: chromiumPath, args: ['--no-sandbox'] },
      },
    },
    { name: 'electron', testMatch: '*.electron.spec.ts' },
  ],
});
