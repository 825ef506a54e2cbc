import { expect, test } from 'playwright/test';
import { windowDoor } from './steps/door.ts';
import { hasModel } from './steps/folders.ts';
import { spendGuardDay } from './steps/guard-day.ts';
import { closeLeftOvers } from './steps/left-overs.ts';
import { openWindow } from './steps/window.ts';

test.afterEach(closeLeftOvers);
test.setTimeout(420_000);

test('a day of a guard in the window', async () => {
  test.skip(!hasModel, 'there is no model to count with');
  const station = await openWindow();
  await spendGuardDay(windowDoor(station.page));
  expect(await station.close()).toBe(0);
});
