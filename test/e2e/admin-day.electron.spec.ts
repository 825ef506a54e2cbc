import { expect, test } from 'playwright/test';
import { skipWithoutAdminDay, spendAdminDay } from './steps/admin-day.ts';
import { windowDoor } from './steps/door.ts';
import { closeLeftOvers } from './steps/left-overs.ts';
import { openWindow } from './steps/window.ts';

test.afterEach(closeLeftOvers);
test.setTimeout(900_000);

test('a day of an admin in the window', async () => {
  skipWithoutAdminDay();
  const station = await openWindow();
  await spendAdminDay(windowDoor(station.page));
  expect(await station.close()).toBe(0);
});
