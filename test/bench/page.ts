/**
 * The page on a busy site: first paint, how long a click takes to be seen, and whether hours of watching cost memory.
 *
 *   npm run -s bench:page -- --cameras 16 --crossings 1000000 --minutes 15 --json
 *
 * The crossings are those of 30 days up to now, the cameras are simulated and count while it is measured. Chromium draws
 * without a GPU here, so times are rather worse than on a PC with one.
 */
import { mkdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { chromium, type Page } from 'playwright';
import { chromiumPath } from '#test/standin/chromium.ts';
import { writeSite } from '#test/report-site.ts';
import { cleanUp, scratchFolder, startStation, until } from '#test/station-process.ts';
import { clicksOf, firstPaintOf, watchClicks } from './page/timings.ts';
import { leakOf, type MemorySample, sampleMemory } from './page/memory.ts';

const { values } = parseArgs({
  options: {
    cameras: { type: 'string', default: '16' },
    crossings: { type: 'string', default: '1000000' },
    minutes: { type: 'string', default: '15' },
    fps: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
});
const dayMs = 86_400_000;
const startLimitMs = 300_000;
const sampleMs = 30_000;
const pages = ['live', 'counts', 'alerts', 'cameras', 'models', 'health'] as const;
/** What is on a page once it says something; a page is not there with its frame alone. */
const told = { live: '.tw-tile', counts: 'canvas' } as const;

try {
  await main();
} finally {
  cleanUp();
}

async function main(): Promise<void> {
  const dataFolder = scratchFolder();
  const to = Math.floor(Date.now() / 3_600_000) * 3_600_000;
  mkdirSync(dataFolder, { recursive: true });
  writeSite({
    ...{ folder: dataFolder, from: to - 30 * dayMs, to },
    ...{ crossings: Number(values.crossings), cameras: Number(values.cameras), linesPerCamera: 1 },
  });
  const station = await startStation({ dataFolder, flags: ['--log-level', 'error'] });
  for (const { id } of await station.call('camera.list', {})) {
    await station.call('camera.update', {
      ...{ id, isEnabled: true, fps: Number(values.fps) },
      source: `simulated://plaza?seed=${id.replace(/\D/g, '')}&fps=${values.fps}`,
    });
  }
  await until(
    () => station.call('camera.list', {}),
    (cameras) => cameras.every(({ capture }) => capture.state === 'live'),
    startLimitMs,
  );
  say(
    `${os.cpus()[0]?.model ?? 'unknown'}, ${String(os.availableParallelism())} cores, load ${os.loadavg()[0]!.toFixed(1)}; ${values.cameras} cameras, ${values.crossings} crossings`,
  );
  const browser = await chromium.launch({
    ...{ executablePath: chromiumPath, args: ['--no-sandbox', '--js-flags=--expose-gc'] },
  });
  const firstPaints: Record<string, Awaited<ReturnType<typeof firstPaintOf>>> = {};
  for (const name of pages) {
    firstPaints[name] = await firstPaintOf(browser, {
      url: `${station.url}/#/${name}`,
      told: name in told ? told[name as keyof typeof told] : 'main h1',
    });
    say(`${name}: first paint ${text(firstPaints[name])}`);
  }
  const page = await browser.newPage({ viewport: { width: 1920, height: 1080 } });
  await page.goto(`${station.url}/#/live`);
  await page.waitForSelector(told.live);
  await watchClicks(page);
  await clickThrough(page);
  const clicks = await clicksOf(page);
  say(`${String(clicks.count)} clicks seen after: ${JSON.stringify(clicks)}`);
  const memory = await watch(page);
  await browser.close();
  await station.stop();
  if (values.json) {
    const machine = os.cpus()[0]?.model;
    process.stdout.write(
      `${JSON.stringify({ machine, load: os.loadavg()[0], firstPaints, clicks, memory })}\n`,
    );
  }
}

/** Goes through the pages as an admin does, twice, by their buttons. */
async function clickThrough(page: Page): Promise<void> {
  for (let round = 0; round < 2; round += 1) {
    for (const name of pages) {
      await page.locator(`a[href="#/${name}"]`).first().click();
      await page.waitForSelector(name in told ? told[name as keyof typeof told] : 'main h1');
      await page.waitForTimeout(500);
    }
  }
  await page.locator('a[href="#/live"]').first().click();
  await page.waitForSelector(told.live);
}

/** Stays on the wall, as a guard does. */
async function watch(page: Page): Promise<{ samples: MemorySample[]; mbPerHour: number }> {
  const session = await page.context().newCDPSession(page);
  const samples: MemorySample[] = [];
  const startMs = performance.now();
  const endMs = startMs + Number(values.minutes) * 60_000;
  while (performance.now() < endMs) {
    await page.waitForTimeout(Math.min(sampleMs, Math.max(0, endMs - performance.now())));
    samples.push(await sampleMemory(session, (performance.now() - startMs) / 1000));
    say(JSON.stringify(samples.at(-1)));
  }
  return { samples, mbPerHour: leakOf(samples) };
}

function text({ paintMs, toldMs }: { paintMs: number; toldMs: number }): string {
  return `${paintMs.toFixed(0)} ms, says something after ${toldMs.toFixed(0)} ms`;
}

function say(line: string): void {
  process.stderr.write(`${path.basename(import.meta.filename, '.ts')}: ${line}\n`);
}
