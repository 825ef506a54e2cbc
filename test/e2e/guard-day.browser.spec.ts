import { expect, test } from 'playwright/test';
import { browserDoor } from './steps/door.ts';
import { hasModel } from './steps/folders.ts';
import { spendGuardDay } from './steps/guard-day.ts';
import { startHeadless } from './steps/headless.ts';
import { closeLeftOvers } from './steps/left-overs.ts';

test.afterEach(closeLeftOvers);
test.setTimeout(420_000);

test('a day of a guard in a browser', async ({ page }) => {
  test.skip(!hasModel, 'there is no model to count with');
  const station = await startHeadless('--demo', 'off');
  const door = browserDoor(page);
  await page.goto(station.url);
  await spendGuardDay(door);
  expect(await station.close()).toBe(0);
});
