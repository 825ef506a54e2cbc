import { expect, test } from 'playwright/test';
import { spendFirstHour } from './steps/first-hour.ts';
import { hasModel } from './steps/folders.ts';
import { startHeadless } from './steps/headless.ts';
import { closeLeftOvers } from './steps/left-overs.ts';
import { collectComplaints, createOperator } from './steps/operator.ts';

test.afterEach(closeLeftOvers);

test('a new station counts before anybody did anything', async ({ page }) => {
  test.skip(!hasModel, 'there is no model to count with');
  const station = await startHeadless();
  const complaints = collectComplaints(page);
  const operator = createOperator(page);
  await page.goto(station.url);
  await expect.poll(() => operator.countToday(), { timeout: 90_000 }).toBeGreaterThan(2);
  await operator.savePicture(test.info(), 'demonstration');
  expect(complaints).toEqual([]);
  expect(await station.close()).toBe(0);
});

test('the first hour in a browser', async ({ page }) => {
  const station = await startHeadless('--demo', 'off');
  await page.goto(station.url);
  await spendFirstHour(page, test.info());
  expect(await station.close()).toBe(0);
});
