/**
 * The built page on a station's first day, on the made-up station: truth, demonstration, small detector, self-test.
 */
import { existsSync } from 'node:fs';
import { chromium, type Browser, type Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type BuiltPage, buildPage } from '#test/built-page.ts';
import { fakeCamera, fakeLine, fakeModel, type FakeLedger } from '#test/fake-ledger.ts';
import { startFakeStation, type FakeStation } from '#test/fake-station.ts';
import { chromiumPath } from '#test/standin/chromium.ts';

const hasBrowser = existsSync(chromiumPath);
const limit = { timeout: 120_000 };
const digest = 'd'.repeat(64);

let browser: Browser;
let built: BuiltPage;
let station: FakeStation;
let ledger: FakeLedger;
let page: Page;

beforeAll(async () => {
  if (!hasBrowser) return;
  built = await buildPage();
  browser = await chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox'] });
});
afterAll(async () => {
  if (!hasBrowser) return;
  await browser.close();
  built.remove();
});

beforeEach(async () => {
  if (!hasBrowser) return;
  const across = fakeLine('across', 'plaza', { name: 'across' });
  ledger = {
    cameras: new Map([
      ['plaza', fakeCamera('plaza', 'Plaza', { source: 'simulated://plaza?seed=7' })],
      ['real', fakeCamera('real', 'North gate')],
    ]),
    lines: new Map([['across', across]]),
    crossings: [],
    models: [{ ...fakeModel('tallywatch-embedded', 'a'), isChampion: true, isEmbedded: true }],
    demo: ['plaza'],
    truth: new Map([
      [
        'plaza',
        [
          {
            lineId: 'across',
            from: Date.now() - 60_000,
            to: Date.now(),
            counted: { in: 30, out: 11 },
            truth: { in: 30, out: 10 },
          },
        ],
      ],
    ]),
    checks: [
      { name: 'ffmpeg', state: 'failed', detail: 'Install ffmpeg 5.', code: 'CAM_005', tookMs: 12 },
      { name: 'counting', state: 'passed', detail: 'counted 41', code: null, tookMs: 60_000 },
    ],
    catalog: [
      {
        id: 'better',
        title: 'Better-S',
        url: 'https://example.org/better.onnx',
        bytes: 3_600_000,
        digest,
        version: '1.0.0',
        head: 'yolox',
        input: { width: 416, height: 416 },
        colour: 'bgr',
        licence: 'Apache-2.0',
        notes: 'Finds people on real pictures.',
        figures: [],
      },
    ],
  };
  station = await startFakeStation({ ledger, webRoot: built.folder, isMoving: true });
  const context = await browser.newContext({
    locale: 'en-GB',
    viewport: { width: 1280, height: 720 },
  });
  page = await context.newPage();
  page.setDefaultTimeout(limit.timeout);
});

afterEach(async () => {
  if (!hasBrowser) return;
  await page.context().close();
  await station.close();
});

const tile = (name: string) => page.getByRole('article', { name: new RegExp(`^${name}`) });

describe.skipIf(!hasBrowser)(`the first run in ${chromiumPath}`, { timeout: 360_000 }, () => {
  it('shows counts beside the truth, on the tile and line by line', async () => {
    await page.goto(station.origin);
    await tile('Plaza').getByText('counted 41, truly 40').waitFor(limit);
    expect(await tile('North gate').locator('.tw-truth').count()).toBe(0);

    await page.getByRole('button', { name: 'Show Plaza large' }).click();
    const panel = page.getByRole('region', { name: 'Against the truth' });
    await panel.getByText('counted 30 of 30').waitFor(limit);
    expect(await panel.locator('dd').allTextContents()).toEqual([
      'in counted 30 of 30',
      'out counted 11, truly 10',
    ]);
  });

  it('warns on a real camera until a better detector counts, which two clicks do', async () => {
    await page.goto(station.origin);
    const note = tile('North gate').getByRole('note');
    await note.getByText('finds almost nobody').waitFor(limit);
    expect(await tile('Plaza').getByRole('note').count()).toBe(0);

    await note.getByRole('link', { name: 'Get a better one' }).click();
    const catalog = page.getByRole('region', { name: 'Better detectors' });
    await catalog.getByRole('button', { name: 'Fetch and count with it' }).click();
    await catalog.getByText('Counts now').waitFor(limit);
    expect(ledger.models.find((model) => model.isChampion)?.digest).toBe(digest);

    await page.getByRole('link', { name: 'Live' }).click();
    await tile('North gate').waitFor(limit);
    await expect.poll(() => tile('North gate').getByRole('note').count(), limit).toBe(0);
  });

  it('takes the demonstration away with one click', async () => {
    await page.goto(station.origin);
    await tile('Plaza').waitFor(limit);
    await page.getByRole('button', { name: 'Remove demo' }).click();
    await tile('Plaza').waitFor({ ...limit, state: 'detached' });
    expect([...ledger.cameras.keys()]).toEqual(['real']);
    await expect
      .poll(() => page.getByRole('region', { name: 'Demonstration' }).count(), limit)
      .toBe(0);
  });

  it('tests the station at the press of a button and names the fault', async () => {
    await page.goto(`${station.origin}/#/health`);
    await page.getByRole('button', { name: 'Test this station' }).click();
    await page.getByRole('status').getByText('1 fault found').waitFor(limit);
    const lines = await page.locator('.tw-checks li').allTextContents();
    expect(lines).toEqual([
      'FaultffmpegInstall ffmpeg 5. CAM_0050.0 s',
      'WorksCountingcounted 41 60.0 s',
    ]);
  });
});
