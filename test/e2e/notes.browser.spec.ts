/**
 * What the page says in its corner lies on no button of the rail.
 */
import { expect, test } from 'playwright/test';
import { startHeadless } from './steps/headless.ts';
import { closeLeftOvers } from './steps/left-overs.ts';
import { createOperator } from './steps/operator.ts';

const across = { from: [0.5, 0.1], to: [0.5, 0.9] } as const;

test.afterEach(closeLeftOvers);

test('a note leaves the button that saves a line free', async ({ page }) => {
  const station = await startHeadless('--demo', 'off');
  const operator = createOperator(page);
  await page.goto(station.url);
  await operator.addCamera({ name: 'Plaza', source: 'simulated://plaza?people=2&seed=7&fps=2' });
  await operator.drawLine('Plaza', { name: 'Gate', ...across });
  await page.getByRole('button', { name: 'Change the line Gate' }).click();
  await page.getByRole('button', { name: 'Delete line' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete line' }).click();
  const note = page.getByRole('alert').filter({ hasText: 'Undo' });
  // It stays for as long as the mouse is on it.
  await note.hover();
  await page.keyboard.press('l');
  const save = page.getByRole('form', { name: 'New line' }).getByRole('button', { name: 'Save' });
  await save.scrollIntoViewIfNeeded();
  await operator.savePicture(test.info(), 'note');
  const [above, below] = [(await save.boundingBox())!, (await note.boundingBox())!];
  expect(above.y + above.height).toBeLessThanOrEqual(below.y);
  expect(await station.close()).toBe(0);
});
