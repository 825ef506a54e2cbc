/**
 * An admin's day: a camera of a real RTSP server and its line, another model and back, a comparison of both, the counts on
 * paper, a user; and in the evening a receipt for everything that was counted.
 */
import { expect, test } from 'playwright/test';
import { hasRtspServer, rtspServerMissing, startRtspServer } from '#test/rtsp-server.ts';
import { sharedPath } from '#test/shared.ts';
import { busyMs, createAdmin } from './steps/admin.ts';
import { hasModel, otherModel } from './steps/folders.ts';
import { startHeadless } from './steps/headless.ts';
import { closeLater, closeLeftOvers } from './steps/left-overs.ts';
import { collectComplaints, createOperator } from './steps/operator.ts';
import { addUser, makeFirstAdmin } from './steps/people.ts';
import { openReceipts, readReceipt, showAll } from './steps/receipts.ts';

const street = sharedPath('videos/mot15_tud-stadtmitte.mp4');
const line = { name: 'Corner', from: [0.5, 0.1], to: [0.5, 0.98] } as const;

test.afterEach(closeLeftOvers);
test.setTimeout(900_000);

test('a day of an admin', async ({ page }) => {
  test.skip(!hasModel || otherModel === null, 'needs two models, in ../shared/data/models');
  test.skip(!hasRtspServer || street === null, rtspServerMissing);
  const server = await startRtspServer(street!);
  closeLater(() => server.kill());
  const station = await startHeadless('--demo', 'off');
  const complaints = collectComplaints(page);
  const operator = createOperator(page);
  const admin = createAdmin(page, operator);
  const seeMoreThan = (count: number) =>
    expect
      .poll(() => operator.countToday(), { timeout: busyMs, intervals: [200] })
      .toBeGreaterThan(count);
  await page.goto(station.url);
  await makeFirstAdmin(page, { name: 'chief', password: 'three green doors' });

  await test.step('adds a camera, draws its line, and sees it count', async () => {
    const startedAt = performance.now();
    await operator.addCamera({ name: 'Street', source: server.url });
    await operator.drawLine('Street', line);
    await seeMoreThan(0);
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    console.log(`      from the first click to the first count: ${seconds} s`);
    test.info().annotations.push({ type: 'seconds', description: seconds });
  });
  await test.step('imports a model, counts with it, and goes back', async () => {
    await admin.importModel({ file: otherModel!, name: 'second' });
    await admin.countWith('second', 'Trying it out for a day');
    await operator.savePicture(test.info(), 'swapped');
    await operator.open('Live');
    await seeMoreThan(0);
    // One may have been on its way while the model changed.
    await seeMoreThan((await operator.countToday()) + 1);
    await admin.rollBack();
  });
  await test.step('compares both on the same pictures', async () => {
    await admin.compareWith({ name: 'Old or new', model: 'second', camera: 'Street' });
    await operator.savePicture(test.info(), 'compared');
  });
  await test.step('adds a user', async () => {
    await addUser(page, { name: 'minh', password: 'four quiet lamps', role: 'Viewer' });
  });
  await test.step('switches the camera off and saves the counts', async () => {
    await admin.switchOff('Street');
    const seePaper = () => operator.savePicture(test.info(), 'paper');
    expect(await admin.saveReport(seePaper)).toMatch(/^%PDF/);
    expect(await admin.saveCounts('CSV')).toContain(line.name);
  });
  await test.step('finds a receipt for everything that was counted', async () => {
    const saved = await admin.saveCounts('All crossings');
    await operator.open('Live');
    let explained = 0;
    for (const direction of ['in', 'out'] as const) {
      const { count, receipts } = await openReceipts(page, direction);
      await showAll(page, receipts, count);
      explained += count;
      await readReceipt(page, receipts.first(), async (paper) => {
        await expect(paper.getByText(/^It (stayed|was so far|was not seen)/)).toBeVisible();
        await expect(paper.getByText(`${line.name}, drawing 1`)).toBeVisible();
        await operator.savePicture(test.info(), `receipt-${direction}`);
      });
      await page.keyboard.press('Escape');
      await expect(page.getByRole('dialog')).toHaveCount(0);
    }
    const [, ...rows] = saved.trimEnd().split('\r\n');
    expect(explained).toBe(rows.length);
    // Both models have counted, and each crossing keeps which.
    expect(new Set(rows.map((row) => row.split(',').at(-2))).size).toBe(2);
  });
  // What was on its way while the admin was made is refused, and the browser says so.
  expect(complaints.filter((text) => !text.includes('status of 401'))).toEqual([]);
  expect(await station.close()).toBe(0);
});
