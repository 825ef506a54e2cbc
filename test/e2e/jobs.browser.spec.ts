import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { expect, test } from 'playwright/test';
import { ffmpegPath } from '#test/clips.ts';
import { hasModel, makeDataFolder, removeDataFolder } from './steps/folders.ts';
import { startHeadless } from './steps/headless.ts';
import { closeLeftOvers } from './steps/left-overs.ts';
import { collectComplaints } from './steps/operator.ts';

test.afterEach(closeLeftOvers);

test('a job is made, counts a clip, and is taken away', async ({ page }) => {
  test.skip(!hasModel || ffmpegPath === null, 'there is no model to count with, or no ffmpeg');
  const folder = makeDataFolder();
  const clip = path.join(folder, 'monday.mp4');
  const picture = 'testsrc=size=320x240:rate=10:duration=2';
  execFileSync(ffmpegPath!, ['-v', 'error', '-f', 'lavfi', '-i', picture, clip]);
  const station = await startHeadless('--demo', 'off');
  const complaints = collectComplaints(page);
  const add = async (name: string, data: object) => {
    const answer = await page.request.post(new URL(`/api/v1/${name}`, station.url).href, { data });
    expect(answer.ok()).toBe(true);
  };
  await add('cameras', { id: 'gate', name: 'Gate', source: 'simulated://plaza?seed=1' });
  const points = [
    { x: 0.5, y: 0.1 },
    { x: 0.5, y: 0.9 },
  ];
  await add('lines', { id: 'door', cameraId: 'gate', name: 'Door', points });

  await page.goto(`${station.url}#/jobs`);
  await page.getByRole('button', { name: 'New job' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('Monday');
  await page.getByLabel('Paths of the clips').fill(clip);
  await page.getByLabel('Lines of').selectOption('gate');
  await page.getByRole('button', { name: 'Create' }).click();
  const result = page.getByRole('region', { name: 'Run', exact: true });
  await expect(result.getByText('Done')).toBeVisible();
  await expect(page.getByText('monday.mp4').first()).toBeVisible();
  await page.getByRole('button', { name: 'Remove' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await expect(page.getByText('Monday')).toHaveCount(0);
  expect(complaints).toEqual([]);
  expect(await station.close()).toBe(0);
  removeDataFolder(folder);
});
