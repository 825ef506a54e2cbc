/**
 * The receipts behind a number of today, as a person opens them.
 */
import { expect, type Locator, type Page } from 'playwright/test';

/** Opens the list behind a number that is not zero, of one direction or any; the number and what opens each receipt. */
export async function openReceipts(
  page: Page,
  direction = '(in|out)',
): Promise<{ readonly count: number; readonly receipts: Locator }> {
  const number = page
    .getByRole('region', { name: 'Today' })
    .getByRole('button', { name: new RegExp(`^Today, ${direction}: [1-9]`) })
    .first();
  const count = Number((await number.textContent())!.replaceAll(/\D/g, ''));
  await number.click();
  const list = page.getByRole('dialog', { name: /receipts$/ });
  return { count, receipts: list.getByRole('button', { name: /^Receipt of/ }) };
}

/** Asks for older ones until the list has as many as the number says. */
export async function showAll(page: Page, receipts: Locator, count: number): Promise<void> {
  const older = page.getByRole('dialog').getByRole('button', { name: 'Show older' });
  await expect(async () => {
    if (await older.isVisible()) await older.click();
    expect(await receipts.count()).toBe(count);
  }).toPass();
}

/** Opens one of the list, gives what it says, and goes back to the list. */
export async function readReceipt(
  page: Page,
  receipt: Locator,
  look: (paper: Locator) => Promise<void>,
): Promise<void> {
  await receipt.click();
  const paper = page.getByRole('dialog', { name: /^Receipt \d/ });
  await expect(paper).toBeVisible();
  await look(paper);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog', { name: /receipts$/ })).toBeVisible();
}
