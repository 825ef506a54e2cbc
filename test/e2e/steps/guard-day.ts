/**
 * A guard's day at a PC that several people share, the same at every door: signs in, makes a wall and puts it on the second
 * screen, takes an alert, shows the receipt of a crossing, and signs out; what was done stays under the guard's name.
 */
import { expect, test } from 'playwright/test';
import type { StationDoor } from './door.ts';
import { createOperator } from './operator.ts';
import { addUser, makeFirstAdmin, openAudit, seeSignIn, signIn, signOut } from './people.ts';
import { openReceipts, readReceipt } from './receipts.ts';

const admin = { name: 'chief', password: 'three green doors' };
const guard = { name: 'minh', password: 'four quiet lamps' };
const plaza = { name: 'Plaza', source: 'simulated://plaza?people=12&seed=7&fps=5' };
/** Its cable is pulled soon after it was added. */
const road = {
  name: 'Road',
  source: 'simulated://road?vehicles=2&seed=3&fps=2&fault=disconnect&at=5&for=3600',
};
const busyMs = 150_000;

/** The page is at an empty station, which has nobody who could sign in. */
export async function spendGuardDay(door: StationDoor): Promise<void> {
  const { page } = door;
  const operator = createOperator(page);
  const info = test.info();
  const wallInUse = page.getByLabel('Wall', { exact: true });

  await test.step('the chief sets the PC up', async () => {
    await operator.addCamera(plaza);
    await operator.addCamera(road);
    await operator.drawLine(plaza.name, { name: 'Gate', from: [0.5, 0.02], to: [0.5, 0.98] });
    await makeFirstAdmin(page, admin);
    await addUser(page, { ...guard, role: 'Operator' });
    await signOut(page);
  });
  await test.step('signs in and makes a wall', async () => {
    await signIn(page, guard);
    await operator.open('Live');
    await page.getByRole('button', { name: 'New wall' }).click();
    const form = page.getByRole('dialog');
    await form.getByRole('textbox', { name: 'Name' }).fill('Gates');
    await form.getByRole('checkbox', { name: road.name }).uncheck();
    await form.getByText('4', { exact: true }).click();
    await form.getByRole('button', { name: 'Save' }).click();
    await expect(wallInUse).toHaveValue('gates');
    await operator.seePicture(plaza.name);
    await expect(operator.tile(road.name)).toHaveCount(0);
    await operator.savePicture(info, 'wall');
  });
  const screen = await test.step('puts the wall on the second screen', async () => {
    const [opened] = await Promise.all([
      page.context().waitForEvent('page'),
      page.getByRole('button', { name: 'Open on a second screen' }).click(),
    ]);
    const onScreen = createOperator(opened);
    await onScreen.seePicture(plaza.name);
    await expect(opened.getByRole('navigation', { name: 'Tasks' })).toHaveCount(0);
    await onScreen.savePicture(info, 'second-screen');
    return opened;
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
    await operator.savePicture(info, 'alert');
  });
  await test.step('shows the receipt behind a number', async () => {
    await operator.open('Live');
    await wallInUse.selectOption('gates');
    await expect.poll(() => operator.countToday(), { timeout: busyMs }).toBeGreaterThan(0);
    const { receipts } = await openReceipts(page);
    await readReceipt(page, receipts.first(), () => operator.savePicture(info, 'receipt'));
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toHaveCount(0);
  });
  await test.step('signs out, and no screen shows anything any more', async () => {
    await signOut(page);
    await seeSignIn(screen);
    await expect(createOperator(screen).tile(plaza.name)).toHaveCount(0);
    await operator.savePicture(info, 'signed-out');
  });
  await test.step('the chief finds what was done under the name of the guard', async () => {
    await signIn(page, admin);
    await openAudit(page, { procedure: 'alert.acknowledge' });
    const deeds = page.getByRole('row').filter({ hasText: 'alert.acknowledge' });
    await expect(deeds).toHaveCount(1);
    await expect(deeds.getByRole('cell').nth(2)).toHaveText(
      new RegExp(`^${guard.name} ${door.name}\\b`),
    );
    await operator.savePicture(info, 'audit');
  });
  expect(door.complaints()).toEqual([]);
}
