/**
 * What an admin does at the page: models come and go, two are compared, a camera is switched off, counts are saved.
 */
import { readFile } from 'node:fs/promises';
import { expect, type Locator, type Page } from 'playwright/test';
import type { Operator } from './operator.ts';

/** On a machine that does seven other things */
export const busyMs = 180_000;

export interface Admin {
  /** Looks at a model on this PC, and takes it in under a name. */
  importModel(model: { readonly file: string; readonly name: string }): Promise<void>;
  /** Lets a model count without a rehearsal, and waits until it does. */
  countWith(name: string, why: string): Promise<void>;
  /** Goes back to the model that counted before. */
  rollBack(): Promise<void>;
  /** Lets a model look on beside the one that counts, and ends that when it has seen pictures. */
  compareWith(experiment: {
    readonly name: string;
    readonly model: string;
    readonly camera: string;
  }): Promise<void>;
  switchOff(camera: string): Promise<void>;
  /** Saves a file of today's counts by the words on its button; its text. */
  saveCounts(kind: 'CSV' | 'All crossings'): Promise<string>;
  /** Looks at the report on paper and saves it; its text. */
  saveReport(look: () => Promise<void>): Promise<string>;
}

export function createAdmin(page: Page, operator: Operator): Admin {
  const card = (model: string): Locator =>
    page.getByRole('article').filter({ has: page.getByRole('heading', { name: model }) });
  const dialog = page.getByRole('dialog');

  async function seeCounting(model: string): Promise<void> {
    await expect(card(model).getByText('Counts now')).toBeVisible({ timeout: busyMs });
  }

  async function textSavedBy(button: Locator): Promise<string> {
    const [file] = await Promise.all([
      page.waitForEvent('download', { timeout: busyMs }),
      button.click(),
    ]);
    return readFile(await file.path(), 'utf8');
  }

  return {
    async importModel({ file, name }) {
      await operator.open('Models');
      await page.getByRole('textbox', { name: 'Model on this PC or address' }).fill(file);
      await page.getByRole('button', { name: 'Look at it' }).click();
      await page
        .getByRole('textbox', { name: 'Name', exact: true })
        .fill(name, { timeout: busyMs });
      await page.getByRole('button', { name: 'Import', exact: true }).click();
      await expect(card(name)).toBeVisible({ timeout: busyMs });
    },
    async countWith(name, why) {
      await operator.open('Models');
      await card(name).getByRole('button', { name: 'Count with it' }).click();
      await card(name).getByRole('checkbox', { name: 'Skip the rehearsal' }).check();
      await card(name).getByRole('textbox', { name: 'Why' }).fill(why);
      await card(name).getByRole('button', { name: 'Count with it' }).click();
      await seeCounting(name);
    },
    async rollBack() {
      await operator.open('Models');
      const back = page.getByRole('button', { name: /^Roll back to/ });
      const former = (await back.textContent())!.replace(/^Roll back to (.*) \S+$/, '$1');
      await back.click();
      await dialog.getByRole('button', { name: /^Roll back to/ }).click();
      await seeCounting(former);
    },
    async compareWith({ name, model, camera }) {
      await operator.open('Compare');
      await page.getByRole('button', { name: 'New experiment' }).click();
      await dialog.getByRole('textbox', { name: 'Name' }).fill(name);
      const choice = dialog.getByRole('group', { name: /^B,/ }).getByLabel('Model');
      const option = choice.locator('option', { hasText: model });
      await choice.selectOption(await option.getAttribute('value'));
      // The field for searching lies under the frame that is drawn around it.
      await dialog.getByLabel('Cameras').click({ force: true });
      await page.getByRole('option', { name: camera, exact: true }).click();
      await dialog.getByLabel('Share of the time').fill('100');
      await dialog.getByRole('button', { name: 'Make a draft' }).click();
      await page.getByRole('button', { name: 'Start', exact: true }).click();
      await expect(page.getByText(/surely there:/)).toBeVisible({ timeout: busyMs });
      await page.getByRole('button', { name: 'Keep what counts' }).click();
      await expect(page.getByRole('region', { name: 'Decision' })).toBeVisible();
    },
    async switchOff(camera) {
      await operator.open('Cameras');
      // The box itself lies under what is drawn for it.
      await page.getByRole('switch', { name: `${camera} is switched on` }).click({ force: true });
      const row = page.getByRole('row').filter({ has: page.getByRole('link', { name: camera }) });
      await expect(row.getByText('Off', { exact: true })).toBeVisible();
    },
    async saveCounts(kind) {
      await operator.open('Counts');
      return textSavedBy(page.getByRole('button', { name: kind, exact: true }));
    },
    async saveReport(look) {
      await operator.open('Counts');
      await page.getByRole('button', { name: 'Report on paper…' }).click();
      await expect(dialog.getByText(/^Page 1 of/)).toBeVisible({ timeout: busyMs });
      await look();
      const text = await textSavedBy(dialog.getByRole('button', { name: 'Save PDF' }));
      await page.keyboard.press('Escape');
      await expect(dialog).toHaveCount(0);
      return text;
    },
  };
}
