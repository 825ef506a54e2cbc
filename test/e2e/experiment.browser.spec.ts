import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, type Page, test } from 'playwright/test';
import { ffmpegPath } from '#test/clips.ts';
import { hasModel, makeDataFolder, modelFlags, removeDataFolder, root } from './steps/folders.ts';
import { startHeadless } from './steps/headless.ts';
import { closeLeftOvers } from './steps/left-overs.ts';
import { collectComplaints } from './steps/operator.ts';

test.afterEach(closeLeftOvers);

const place = 'monday.mp4';
const box = { x: 0.4, y: 0.3, width: 0.1, height: 0.4 };
const detection = { box, score: 0.9, label: 'person' };
const [agreed, differing] = [16, 5];

/** One event in every 200 ms: most counted by both, the last ones only by B. */
function pairs() {
  const open = { answer: null, answeredBy: null, answeredAt: null };
  return Array.from({ length: agreed + differing }, (_, index) => {
    const at = 200 * index;
    const seen = { direction: 'in', label: 'person', at, box };
    const isAgreed = index < agreed;
    const kind = isAgreed ? 'both' : 'only-b';
    return { lineId: 'door', kind, at, a: isAgreed ? seen : null, b: seen, ...open };
  });
}

function minutes() {
  const [counts, totals] = [
    { a: agreed, b: agreed + differing },
    { detections: 40, failures: 0 },
  ];
  return (['a', 'b'] as const).map((arm) => ({
    ...{ place, arm, minute: 0, frames: 50, crossings: counts[arm], meanScore: 0.8, ...totals },
    ...{ p50Ms: 8, p95Ms: 12, latency: [], rssBytes: null },
  }));
}

/** A model beside the one that counts, and an experiment on a clip of both. */
async function prepare(page: Page, url: string, clip: string): Promise<void> {
  const ask = async (route: string, data: object): Promise<{ digest: string }> => {
    const answer = await page.request.post(new URL(`/api/v1/${route}`, url).href, { data });
    expect(answer.ok(), await answer.text()).toBe(true);
    return (await answer.json()) as { digest: string };
  };
  const models = await page.request.get(new URL('/api/v1/models', url).href);
  const [champion] = (await models.json()) as { digest: string }[];
  const model = modelFlags[1] ?? path.join(root, 'resources/models/embedded');
  const changes = { name: 'challenger', version: '1.0.0', scoreFloor: 0.4 };
  const { digest } = await ask('models', { path: model, ...changes });
  const sight = { at: 3_400, a: [], b: [detection] };
  await ask('experiments/import', {
    ...{ name: 'Monday', a: { digest: champion!.digest, title: 'what counts', eachNth: 2 } },
    b: { digest, title: 'challenger 1.0.0' },
    clips: [{ place, path: clip, sight }],
    stretches: [
      {
        ...{ place, from: 0, to: 5_000, frames: { a: 50, b: 50 } },
        ...{ pairs: pairs(), minutes: minutes() },
      },
    ],
  });
}

test('an experiment on a clip is looked at, judged by keys, put on paper, and decided', async ({
  page,
}) => {
  test.skip(!hasModel || ffmpegPath === null, 'there is no model to count with, or no ffmpeg');
  const folder = makeDataFolder();
  const clip = path.join(folder, place);
  const picture = 'testsrc=size=320x240:rate=10:duration=5';
  execFileSync(ffmpegPath!, ['-v', 'error', '-f', 'lavfi', '-i', picture, clip]);
  const station = await startHeadless('--demo', 'off');
  const complaints = collectComplaints(page);
  await prepare(page, station.url, clip);

  await page.goto(`${station.url}#/experiments`);
  await page.getByRole('link', { name: 'Monday' }).click();
  const head = page.getByRole('region', { name: 'Monday' });
  await expect(head.getByRole('status')).toContainText('They differ');
  await expect(head.getByText('what counts, frame rate divided by 2')).toBeVisible();

  await test.step('shows the same picture on both sides', async () => {
    const sight = page.getByRole('region', { name: 'The same picture, both sides' });
    await expect(sight.getByText(/^monday\.mp4, second 3\.4/)).toBeVisible();
    await expect(sight.getByRole('img', { name: 'Picture from the recording' })).toHaveCount(1);
    const slider = sight.getByRole('slider', { name: 'Border between what A and what B found' });
    await slider.press('Home');
    await expect(slider).toHaveAttribute('aria-valuenow', '0');
    await sight.getByText('Side by side').click();
    await expect(sight.getByRole('img', { name: 'Picture from the recording' })).toHaveCount(2);
  });
  await test.step('is answered by keys', async () => {
    const inbox = page.getByRole('region', { name: 'Who is right?' });
    await expect(inbox.getByText(`${String(agreed + differing)} wait for an answer`)).toBeVisible();
    await expect(
      inbox.getByRole('img', { name: 'Picture from the recording' }).first(),
    ).toBeVisible();
    for (let left = agreed + differing - 1; left >= agreed; left--) {
      await page.keyboard.press('2');
      await expect(inbox.getByText(`${String(left)} wait for an answer`)).toBeVisible();
    }
    await expect(head.getByRole('status')).toContainText('B is better');
  });
  await test.step('has charts, and is put on paper', async () => {
    const charts = page.getByRole('region', { name: 'Charts' });
    await expect(charts.locator('canvas')).not.toHaveCount(0);
    const saved = page.waitForEvent('download');
    await head.getByRole('button', { name: 'Save as PDF' }).click();
    const file = await (await saved).path();
    expect((await readFile(file)).subarray(0, 5).toString()).toBe('%PDF-');
  });
  await test.step('is decided, and the winner counts', async () => {
    await page.getByRole('textbox', { name: 'Why' }).fill('It misses nobody');
    await page.getByRole('button', { name: 'B wins' }).click();
    await page.getByRole('button', { name: 'Rehearse, then count with it' }).click();
    await expect(page.getByText('challenger counts now')).toBeVisible();
  });
  expect(complaints).toEqual([]);
  expect(await station.close()).toBe(0);
  removeDataFolder(folder);
});
