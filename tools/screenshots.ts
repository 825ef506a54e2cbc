/**
 * `npm run screenshots`: starts a station with the simulated site and makes the pictures in docs/screenshots. It runs after the
 * build and needs Chromium. `-- --only NAME` makes those whose name begins so.
 */
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { type Browser, chromium, expect, type Page } from 'playwright/test';
import { format, resolveConfig } from 'prettier';
import sharp from 'sharp';
import { askStation } from '#server/ask-station.ts';
import { chromiumPath } from '#test/standin/chromium.ts';
import {
  cleanUp,
  scratchFolder,
  startStation,
  type StationProcess,
} from '#test/station-process.ts';
import { type Shot, shots, shotsPage, type Stage } from './screenshots/shots.ts';
import { furnish, writePast } from './screenshots/site.ts';

const folder = path.resolve(import.meta.dirname, '../docs/screenshots');
const viewport = { width: 1440, height: 900 };
/** Of the files: large enough to read, small enough for a repository */
const savedWidth = 1200;
const quality = 72;
/** For charts that draw themselves, and queries that follow each other */
const settleMs = 1_500;
const pictureLimitMs = 60_000;
const password = 'horse battery staple';

const { values } = parseArgs({ options: { only: { type: 'string', default: '' } } });
const wanted = shots.filter(({ name }) => name.startsWith(values.only));

if (!existsSync(chromiumPath)) {
  console.error(`There is no ${chromiumPath}: apt-get install chromium, or set STANDIN_CHROMIUM.`);
  process.exit(1);
}
mkdirSync(folder, { recursive: true });
const browser = await chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox'] });
try {
  const empty = await startStation();
  await takeAll('empty', empty.url);
  await empty.stop();

  const dataFolder = scratchFolder();
  writePast(dataFolder, Date.now());
  const station = await startStation({ dataFolder });
  await furnish((name, input) => station.call(name, input));
  await takeAll('filled', station.url);
  await addPeople(station);
  await takeAll('viewer', station.url, (page) => signIn(page, 'lan'));
  await takeAll('signed-out', station.url);
  await takeAll('gone', station.url, async (page) => {
    await signIn(page, 'lan');
    await station.kill();
  });
} finally {
  await browser.close();
  cleanUp();
}
removeOthers();
writeFileSync(
  `${folder}.md`,
  await format(shotsPage(), { ...(await resolveConfig(folder)), parser: 'markdown' }),
);
report();

/** Pictures of one stage, in one window for each theme and language. */
async function takeAll(
  stage: Stage,
  url: string,
  prepare: (page: Page) => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const due = Map.groupBy(
    wanted.filter((shot) => shot.stage === stage),
    ({ theme, language }) => `${theme} ${language}`,
  );
  for (const group of due.values()) {
    const [first] = group;
    if (first === undefined) continue;
    const page = await openPage(browser, url, first);
    await prepare(page);
    for (const shot of group) await take(page, url, shot);
    await page.context().close();
  }
}

async function openPage(from: Browser, url: string, { theme, language }: Shot): Promise<Page> {
  const locale = { en: 'en-GB', vi: 'vi-VN' }[language];
  const context = await from.newContext({ viewport, locale, timezoneId: 'Asia/Ho_Chi_Minh' });
  await context.addInitScript(
    ([chosenTheme, chosenLanguage]) => {
      localStorage.setItem('tallywatch.theme', chosenTheme);
      localStorage.setItem('tallywatch.language', chosenLanguage);
    },
    [theme, language] as const,
  );
  const page = await context.newPage();
  await page.goto(url);
  return page;
}

async function signIn(page: Page, user: string): Promise<void> {
  await page.getByLabel('User name').fill(user);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.locator('.tw-nav').waitFor();
}

async function take(page: Page, url: string, { name, stage, route }: Shot): Promise<void> {
  if (stage !== 'gone') {
    // From the beginning, so that nothing of the page before is open any more.
    await page.goto(`${url}/#/${route}`);
    await page.reload();
  }
  if (stage === 'gone') await page.getByText('The connection to the station is lost.').waitFor();
  else if (stage !== 'signed-out') await page.locator('.tw-nav').waitFor();
  if (stage === 'filled' && route.startsWith('live')) {
    await page.locator('article[data-kind="live"]').first().waitFor({ timeout: pictureLimitMs });
  }
  await expect(page.locator('.mantine-Loader-root')).toHaveCount(0, { timeout: pictureLimitMs });
  await page.waitForTimeout(settleMs);
  const png = await page.screenshot();
  await sharp(png)
    .resize({ width: savedWidth })
    .webp({ quality, effort: 6 })
    .toFile(path.join(folder, `${name}.webp`));
  console.log(name);
}

/** An admin and somebody who may only look; from then on everybody must sign in. */
async function addPeople(station: StationProcess): Promise<void> {
  const { url, dataFolder } = station;
  await station.call('user.addFirst', { id: 'admin', name: 'Admin', password });
  const input = { id: 'lan', name: 'Lan', role: 'viewer', password };
  await askStation({ url, dataFolder, name: 'user.add', input });
}

/** What no list names any more. */
function removeOthers(): void {
  const known = new Set(shots.map(({ name }) => `${name}.webp`));
  for (const file of readdirSync(folder)) {
    if (!known.has(file)) rmSync(path.join(folder, file));
  }
}

function report(): void {
  const bytes = readdirSync(folder).reduce(
    (sum, file) => sum + statSync(path.join(folder, file)).size,
    0,
  );
  console.log(`${String(wanted.length)} pictures made, ${(bytes / 1e6).toFixed(2)} MB in all`);
}
