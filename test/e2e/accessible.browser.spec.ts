/**
 * Every page can be used by everybody: axe finds nothing serious on it, in either theme.
 */
import AxeBuilder from '@axe-core/playwright';
import { expect, test, type Page } from 'playwright/test';
import { tasks } from '../../renderer/lib/route.ts';
import { startHeadless } from './steps/headless.ts';
import { closeLeftOvers } from './steps/left-overs.ts';
import { createOperator } from './steps/operator.ts';

test.afterEach(closeLeftOvers);
test.setTimeout(600_000);

/** What opens over a page, and how. */
const dialogs: readonly (readonly [name: string, open: (page: Page) => Promise<void>])[] = [
  ['the palette', (page) => page.keyboard.press('Control+k')],
  ['the list of keys', (page) => page.keyboard.press('?')],
  ['the guide', (page) => page.keyboard.press('F1')],
];

for (const theme of ['dark', 'light'] as const) {
  test(`axe finds nothing serious on any page in the ${theme} theme`, async ({ page }) => {
    const station = await startHeadless('--demo', 'off');
    // What fades in is judged as it is when it is there.
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await page.goto(station.url);
    const operator = createOperator(page);
    await operator.addCamera({ name: 'Plaza', source: 'simulated://plaza?people=2&seed=7&fps=2' });
    if (theme === 'light') await page.getByRole('button', { name: 'Light', exact: true }).click();
    const found: string[] = [];
    for (const route of [
      ...tasks,
      'live/plaza',
      'cameras/new',
      'cameras/import',
      'models/catalog',
    ]) {
      await page.goto(`${station.url}/#/${route}`);
      await expect(page.getByText('Loading…')).toHaveCount(0);
      found.push(...(await complaintsAbout(page, route)));
    }
    await page.goto(`${station.url}/#/health`);
    for (const [name, open] of dialogs) {
      await open(page);
      await expect(page.getByRole('dialog')).toBeVisible();
      found.push(...(await complaintsAbout(page, name)));
      await page.keyboard.press('Escape');
      await expect(page.getByRole('dialog')).toHaveCount(0);
    }
    expect(found).toEqual([]);
    expect(await station.close()).toBe(0);
  });
}

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
