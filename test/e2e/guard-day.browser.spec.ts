/**
 * A guard's day: signs in, watches a wall, takes an alert, shows the receipt of a crossing.
 */
import { expect, test } from 'playwright/test';
import { hasModel } from './steps/folders.ts';
import { startHeadless } from './steps/headless.ts';
import { closeLeftOvers } from './steps/left-overs.ts';
import { collectComplaints, createOperator } from './steps/operator.ts';
import { addUser, makeFirstAdmin, signIn, signOut } from './steps/people.ts';
import { openReceipts, readReceipt } from './steps/receipts.ts';

const admin = { name: 'chief', password: 'three green doors' };
const guard = { name: 'minh', password: 'four quiet lamps' };
const plaza = { name: 'Plaza', source: 'simulated://plaza?people=12&seed=7&fps=5' };
/** Its cable is pulled soon after it was added. */
const road = {
  name: 'Road',
  source: 'simulated://road?vehicles=2&seed=3&fps=2&fault=disconnect&at=5&for=3600',
};
const busyMs = 150_000;

test.afterEach(closeLeftOvers);
test.setTimeout(420_000);

test('a day of a guard', async ({ page }) => {
  test.skip(!hasModel, 'there is no model to count with');
  const station = await startHeadless('--demo', 'off');
  const complaints = collectComplaints(page);
  const operator = createOperator(page);
  await page.goto(station.url);
  await operator.addCamera(plaza);
  await operator.addCamera(road);
  await operator.drawLine(plaza.name, { name: 'Gate', from: [0.5, 0.02], to: [0.5, 0.98] });
  await makeFirstAdmin(page, admin);
  await addUser(page, { ...guard, role: 'Operator' });
  await signOut(page);

  await test.step('signs in and makes a wall', async () => {
    await signIn(page, guard);
    await operator.open('Live');
    await page.getByRole('button', { name: 'New wall' }).click();
    const form = page.getByRole('dialog');
    await form.getByRole('textbox', { name: 'Name' }).fill('Gates');
    await form.getByRole('checkbox', { name: road.name }).uncheck();
    await form.getByText('4', { exact: true }).click();
    await form.getByRole('button', { name: 'Save' }).click();
    await expect(page.getByLabel('Wall', { exact: true })).toHaveValue('gates');
    await operator.seePicture(plaza.name);
    await expect(operator.tile(road.name)).toHaveCount(0);
    await operator.savePicture(test.info(), 'wall');
  });
  await test.step('takes the alert of the camera that went', async () => {
    await operator.open('Alerts');
    const alert = page
      .getByRole('article', { name: 'Camera offline' })
      .filter({ hasText: road.name });
    await alert.getByRole('button', { name: 'Take it' }).click({ timeout: busyMs });
    const form = page.getByRole('dialog');
    await form.getByRole('textbox', { name: 'Note' }).fill('Somebody looks at the cable');
    await form.getByRole('button', { name: 'Take it' }).click();
    await expect(alert.getByText(`${guard.name}, since`)).toBeVisible();
    await operator.savePicture(test.info(), 'alert');
  });
  await test.step('shows the receipt behind a number', async () => {
    await page.goto(`${station.url}/#/live/~gates`);
    await expect.poll(() => operator.countToday(), { timeout: busyMs }).toBeGreaterThan(0);
    const { receipts } = await openReceipts(page);
    await readReceipt(page, receipts.first(), () => operator.savePicture(test.info(), 'receipt'));
  });
  // What was on its way while somebody signed out is refused, and the browser says so.
  expect(complaints.filter((text) => !text.includes('status of 401'))).toEqual([]);
  expect(await station.close()).toBe(0);
});
