import { expect, test } from 'playwright/test';
import { skipWithoutAdminDay, spendAdminDay } from './steps/admin-day.ts';
import { browserDoor } from './steps/door.ts';
import { startHeadless } from './steps/headless.ts';
import { closeLeftOvers } from './steps/left-overs.ts';

test.afterEach(closeLeftOvers);
test.setTimeout(900_000);

test('a day of an admin in a browser', async ({ page }) => {
  skipWithoutAdminDay();
  const station = await startHeadless('--demo', 'off');
  const door = browserDoor(page);
  await page.goto(station.url);
  await spendAdminDay(door);
  expect(await station.close()).toBe(0);
});
