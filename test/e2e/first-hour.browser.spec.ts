import { expect, test } from 'playwright/test';
import { spendFirstHour } from './steps/first-hour.ts';
import { startHeadless } from './steps/headless.ts';

test('the first hour in a browser', async ({ page }) => {
  const station = await startHeadless();
  await page.goto(station.url);
  await spendFirstHour(page, test.info());
  expect(await station.close()).toBe(0);
});
