/**
 * An admin's day: a camera of a real RTSP server, its line, another model and back, a report, a user.
 */
import { readFile } from 'node:fs/promises';
import { expect, test } from 'playwright/test';
import { hasRtspServer, rtspServerMissing, startRtspServer } from '#test/rtsp-server.ts';
import { sharedPath } from '#test/shared.ts';
import { hasModel } from './steps/folders.ts';
import { startHeadless } from './steps/headless.ts';
import { closeLater, closeLeftOvers } from './steps/left-overs.ts';
import { collectComplaints, createOperator } from './steps/operator.ts';
import { addUser, makeFirstAdmin } from './steps/people.ts';

const street = sharedPath('videos/mot15_tud-stadtmitte.mp4');
const other = sharedPath('models/yolov8n_int8.onnx');
/** On a machine that does seven other things */
const busyMs = 180_000;

test.afterEach(closeLeftOvers);
test.setTimeout(600_000);

test('a day of an admin', async ({ page }) => {
  test.skip(!hasModel || other === null, 'needs two models, in ../shared/data/models');
  test.skip(!hasRtspServer || street === null, rtspServerMissing);
  const server = await startRtspServer(street ?? '');
  closeLater(() => server.kill());
  const station = await startHeadless('--demo', 'off');
  const complaints = collectComplaints(page);
  const operator = createOperator(page);
  await page.goto(station.url);
  await makeFirstAdmin(page, { name: 'chief', password: 'three green doors' });

  await test.step('adds a camera and draws its line', async () => {
    await operator.addCamera({ name: 'Street', source: server.url });
    await operator.drawLine('Street', { name: 'Corner', from: [0.5, 0.1], to: [0.5, 0.98] });
    await expect
      .poll(() => operator.countOf('Corner'), { timeout: busyMs, intervals: [500] })
      .toBeGreaterThan(0);
  });
  await test.step('imports a model, counts with it, and rolls back', async () => {
    await operator.open('Models');
    await page.getByRole('textbox', { name: 'Model on this PC or address' }).fill(other ?? '');
    await page.getByRole('button', { name: 'Look at it' }).click();
    const proposal = page.locator('form.tw-proposal');
    await proposal.getByRole('textbox', { name: 'Name' }).fill('second', { timeout: busyMs });
    await proposal.getByRole('button', { name: 'Import', exact: true }).click();
    await expect(proposal).toBeHidden({ timeout: busyMs });
    await page.getByRole('button', { name: 'Count with it' }).first().click();
    const swap = page.locator('form.tw-swap');
    await swap.getByRole('checkbox', { name: 'Skip the rehearsal' }).check();
    await swap.getByRole('textbox', { name: 'Why' }).fill('Trying it out for a day');
    await swap.getByRole('button', { name: 'Count with it' }).click();
    const back = page.getByRole('button', { name: /^Roll back to/ });
    await expect(back).toBeVisible({ timeout: busyMs });
    await operator.savePicture(test.info(), 'swapped');
    await back.click();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /^Roll back/ })
      .click();
    await expect(page.getByText(/counts again$/)).toBeVisible({ timeout: busyMs });
  });
  await test.step('saves a report of today', async () => {
    await operator.open('Counts');
    const [file] = await Promise.all([
      page.waitForEvent('download', { timeout: busyMs }),
      page.getByRole('button', { name: 'CSV', exact: true }).click(),
    ]);
    expect(await readFile(await file.path(), 'utf8')).toContain('Corner');
  });
  await test.step('adds a user', async () => {
    await addUser(page, { name: 'minh', password: 'four quiet lamps', role: 'Viewer' });
  });
  // What was on its way while the admin was made is refused, and the browser says so.
  expect(complaints.filter((text) => !text.includes('status of 401'))).toEqual([]);
  expect(await station.close()).toBe(0);
});
