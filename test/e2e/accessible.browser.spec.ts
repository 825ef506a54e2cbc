/**
 * Every page can be used by everybody: axe finds nothing serious on it, in either theme.
 */
import AxeBuilder from '@axe-core/playwright';
import { expect, test, type Page } from 'playwright/test';
import { tasks } from '../../renderer/lib/route.ts';
import { startHeadless } from './steps/headless.ts';
import { closeLeftOvers } from './steps/left-overs.ts';

test.afterEach(closeLeftOvers);
test.setTimeout(600_000);

/** What opens over a page, and how. */
const dialogs: readonly (readonly [name: string, open: (page: Page) => Promise<void>])[] = [
  ['the palette', (page) => page.keyboard.press('Control+k')],
  ['the list of keys', (page) => page.keyboard.press('?')],
];

test('axe finds nothing serious on any page in either theme', async ({ page }) => {
  const station = await startHeadless();
  await page.goto(station.url);
  await expect(page.getByRole('article').first()).toBeVisible();
  const found: string[] = [];
  for (const theme of ['Dark', 'Light']) {
    const change = page.getByRole('button', { name: theme, exact: true });
    if (await change.isVisible()) await change.click();
    for (const route of [...tasks, 'cameras/new', 'models/catalog']) {
      await page.goto(`${station.url}/#/${route}`);
      await expect(page.getByText('Loading…')).toHaveCount(0);
      found.push(...(await complaintsAbout(page, `${theme}, ${route}`)));
    }
    await page.goto(`${station.url}/#/live`);
    for (const [name, open] of dialogs) {
      await open(page);
      await expect(page.getByRole('dialog')).toBeVisible();
      found.push(...(await complaintsAbout(page, `${theme}, ${name}`)));
      await page.keyboard.press('Escape');
      await expect(page.getByRole('dialog')).toHaveCount(0);
    }
  }
  expect(found).toEqual([]);
});

/** Serious and critical findings, with the elements that they are about. */
async function complaintsAbout(page: Page, place: string): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(
      ({ id, nodes }) =>
        `${place}: ${id} at ${nodes.map(({ target }) => target.join()).join(' | ')}`,
    );
}
