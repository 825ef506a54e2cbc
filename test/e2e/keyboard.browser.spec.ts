/**
 * Every page works by keyboard alone: Tab reaches each control, shows where it is, and comes out at the other end.
 */
import { expect, test, type Page } from 'playwright/test';
import { tasks } from '../../renderer/lib/route.ts';
import { startHeadless } from './steps/headless.ts';
import { closeLeftOvers } from './steps/left-overs.ts';
import { createOperator } from './steps/operator.ts';

test.afterEach(closeLeftOvers);
test.setTimeout(600_000);

test('every page by keyboard alone', async ({ page }) => {
  const station = await startHeadless('--demo', 'off');
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.goto(station.url);
  await createOperator(page).addCamera({
    name: 'Plaza',
    source: 'simulated://plaza?people=2&seed=7&fps=2',
  });
  const found: string[] = [];
  for (const route of [...tasks, 'live/plaza', 'cameras/new', 'models/catalog']) {
    await page.goto('about:blank');
    await page.goto(`${station.url}/#/${route}`);
    await expect(page.getByRole('navigation', { name: 'Tasks' })).toBeVisible();
    await expect(page.getByText('Loading…')).toHaveCount(0);
    found.push(...(await walk(page)).map((complaint) => `${route}: ${complaint}`));
  }
  expect(found).toEqual([]);
  expect(await station.close()).toBe(0);
});

/** More Tabs than this on one page are a trap. */
const mostTabs = 250;

/** Presses Tab until the focus has been everywhere; what is wrong, in words. */
async function walk(page: Page): Promise<string[]> {
  await page.evaluate(`window.looksOf = ${looksOf.toString()}`);
  await page.evaluate(markControls);
  const complaints: string[] = [];
  let first: string | null = null;
  for (let tab = 0; tab < mostTabs; tab++) {
    await page.keyboard.press('Tab');
    const at = await page.evaluate(whereFocusIs);
    if (at === null) continue;
    if (at.isAgain && at.id === first) break;
    first ??= at.id;
    if (!at.isAgain && !at.isSeen) complaints.push(`the focus does not show on ${at.name}`);
    if (tab === mostTabs - 1) complaints.push(`the focus is caught at ${at.name}`);
  }
  const missed = await page.evaluate(missedControls);
  return [...complaints, ...missed.map((name) => `Tab does not reach ${name}`)];
}

// What follows runs in the page.

/** How an element looks, with those around it on which some controls show the focus. */
function looksOf(element: HTMLElement): string {
  return [element, element.nextElementSibling, element.parentElement]
    .map((each) => {
      if (each === null) return '';
      const { outlineStyle, outlineWidth, boxShadow, borderColor } = getComputedStyle(each);
      return `${outlineStyle} ${outlineStyle === 'none' ? '' : outlineWidth} ${boxShadow} ${borderColor}`;
    })
    .join('|');
}

/** Gives each control that should be reached a number; what comes later is not asked for. */
function markControls(): void {
  const selector =
    'a[href], button, input, select, textarea, summary, [tabindex="0"], [contenteditable="true"]';
  // A dialog has the keyboard for itself.
  const scope = document.querySelector('[role="dialog"]') ?? document;
  const groups = new Set<string>();
  for (const [index, element] of [...scope.querySelectorAll<HTMLElement>(selector)].entries()) {
    const isRadio = element instanceof HTMLInputElement && element.type === 'radio';
    // Arrows go on within a group of which Tab reaches one.
    if (isRadio && (groups.has(element.name) || !element.checked)) continue;
    if (isRadio) groups.add(element.name);
    if (element.tabIndex < 0 || element.matches(':disabled, [aria-hidden="true"] *')) continue;
    if (!element.checkVisibility({ visibilityProperty: true })) continue;
    if (element instanceof HTMLInputElement && element.type === 'file') continue;
    element.dataset['tab'] = String(index);
    // What has the focus already cannot tell how it looks without.
    if (element !== document.activeElement) element.dataset['plain'] = looksOf(element);
  }
}

function whereFocusIs(): {
  readonly id: string;
  readonly name: string;
  readonly isAgain: boolean;
  readonly isSeen: boolean;
} | null {
  const element = document.activeElement;
  if (!(element instanceof HTMLElement) || element === document.body) return null;
  const isAgain = element.dataset['reached'] !== undefined;
  element.dataset['reached'] = 'yes';
  const plain = element.dataset['plain'];
  const isSeen = plain === undefined || plain !== looksOf(element);
  const words = element.getAttribute('aria-label') ?? element.textContent.trim().slice(0, 40);
  const name = `${element.tagName.toLowerCase()} "${words}"`;
  return { id: element.dataset['tab'] ?? name, name, isAgain, isSeen };
}

function missedControls(): string[] {
  return [...document.querySelectorAll<HTMLElement>('[data-tab]:not([data-reached])')]
    .filter((element) => element.checkVisibility({ visibilityProperty: true }))
    .map((element) => {
      const words = element.getAttribute('aria-label') ?? element.textContent.trim().slice(0, 40);
      return `${element.tagName.toLowerCase()}.${element.className.slice(0, 40)} "${words}"`;
    });
}
