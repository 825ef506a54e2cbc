/**
 * What a person does at the page, by what they read on it.
 */
import { expect, type Locator, type Page, type TestInfo } from 'playwright/test';
import sharp from 'sharp';

type OperatorTask =
  'Live' | 'Counts' | 'Alerts' | 'Cameras' | 'Models' | 'Compare' | 'Health' | 'Trust' | 'Access';

export interface Operator {
  open(task: OperatorTask): Promise<void>;
  /** Adds a camera by its address after testing it, as the form asks. */
  addCamera(camera: { readonly name: string; readonly source: string }): Promise<void>;
  /** The tile of a camera on the wall or alone. */
  tile(name: string): Locator;
  /** Waits until the picture of a camera is live and moves. */
  seePicture(name: string): Promise<void>;
  /** Draws a line with the mouse on the large picture; points are shares of the picture, 0…1. */
  drawLine(camera: string, line: DrawnLine): Promise<void>;
  /** Crossings in both directions as the picture shows them. */
  countOf(line: string): Promise<number>;
  /** Crossings of today over all lines on screen. */
  countToday(): Promise<number>;
  /** Saves what is on screen beside the results of the test, and fails when it is empty. */
  savePicture(info: TestInfo, name: string): Promise<void>;
}

export interface DrawnLine {
  readonly name: string;
  readonly from: readonly [x: number, y: number];
  readonly to: readonly [x: number, y: number];
}

/** Bits per pixel below which a screen is blank: a page with a few words has 0.4, a wall of pictures 4 and more. */
const blankEntropy = 0.1;

export function createOperator(page: Page): Operator {
  const tile = (name: string): Locator =>
    page.getByRole('article', { name: new RegExp(`^${name}, `) });

  async function open(task: string): Promise<void> {
    await page.getByRole('navigation', { name: 'Tasks' }).getByRole('link', { name: task }).click();
  }

  return {
    tile,
    open,
    async addCamera({ name, source }) {
      await open('Cameras');
      await page.getByRole('button', { name: 'Add camera' }).first().click();
      const form = page.getByRole('dialog');
      await form.getByRole('textbox', { name: 'Address' }).fill(source);
      await form.getByRole('textbox', { name: 'Name' }).fill(name);
      await form.getByRole('button', { name: 'Test', exact: true }).click();
      await expect(form.getByRole('img', { name: 'Still picture' })).toBeVisible();
      await form.getByRole('button', { name: 'Add camera' }).click();
      await expect(form).toBeHidden();
      await expect(page.getByRole('link', { name })).toBeVisible();
    },
    async seePicture(name) {
      await expect(tile(name)).toHaveAttribute('data-kind', 'live');
      const picture = tile(name).locator('canvas.tw-picture');
      const before = await picture.screenshot();
      await expect.poll(async () => before.equals(await picture.screenshot())).toBe(false);
    },
    async drawLine(camera, { name, from, to }) {
      await open('Live');
      await page.getByRole('button', { name: `Show ${camera} large` }).click();
      await page.getByRole('button', { name: 'Draw line' }).click();
      const editor = page.getByRole('application', { name: `Picture of ${camera}` });
      const box = (await editor.boundingBox())!;
      const at = ([x, y]: readonly [number, number]): [number, number] => [
        box.x + x * box.width,
        box.y + y * box.height,
      ];
      await page.mouse.click(...at(from));
      await page.mouse.move(...at(to), { steps: 5 });
      await page.mouse.dblclick(...at(to));
      const form = page.getByRole('form', { name: 'New line' });
      await form.getByRole('textbox', { name: 'Name' }).fill(name);
      await form.getByRole('button', { name: 'Save' }).click();
      await expect(plate(page, name)).toBeVisible();
    },
    async countOf(line) {
      const label = (await plate(page, line).getAttribute('aria-label')) ?? '';
      const [into, out] = [...label.matchAll(/(\d+) (?:in|out)/g)].map((match) => Number(match[1]));
      return (into ?? 0) + (out ?? 0);
    },
    async countToday() {
      const texts = await page
        .getByRole('region', { name: 'Today' })
        .locator('dd')
        .allTextContents();
      return texts.reduce((sum, text) => sum + (Number(text.replaceAll(/\D/g, '')) || 0), 0);
    },
    async savePicture(info, name) {
      const png = await page.screenshot({ path: info.outputPath(`${name}.png`) });
      const { entropy } = await sharp(png).stats();
      expect(entropy, `${name}.png shows something`).toBeGreaterThan(blankEntropy);
    },
  };
}

/** The plate on the picture with the counts of a line. */
function plate(page: Page, line: string): Locator {
  return page.getByRole('group', { name: new RegExp(`^${line}: \\d`) });
}

/** Collects what the page complains about: errors, broken promises, what its content policy refused. */
export function collectComplaints(page: Page): string[] {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.stack ?? error.message));
  return complaints;
}
