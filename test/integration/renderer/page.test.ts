/**
 * The built page in a browser on the made-up station, in the states that a real one reaches only when it breaks.
 */
import { existsSync } from 'node:fs';
import { chromium, type Browser, type Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Camera } from '#contract/camera.ts';
import { type BuiltPage, buildPage } from '#test/built-page.ts';
import { fakeCamera, fakeCrossing, fakeLine, type FakeLedger } from '#test/fake-ledger.ts';
import { startFakeStation, type FakeStation } from '#test/fake-station.ts';
import { chromiumPath } from '#test/standin/chromium.ts';

const hasBrowser = existsSync(chromiumPath);
const gate = fakeLine('gate', 'cam', { name: 'Gate' });
const limit = { timeout: 30_000 };

let browser: Browser;
let built: BuiltPage;
let station: FakeStation;
let ledger: FakeLedger;
let page: Page;
let complaints: string[];

beforeAll(async () => {
  if (!hasBrowser) return;
  built = await buildPage();
  browser = await chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox'] });
});
afterAll(async () => {
  if (!hasBrowser) return;
  await browser.close();
  built.remove();
});

async function start(isMoving: boolean): Promise<void> {
  ledger = {
    cameras: new Map([['cam', fakeCamera('cam', 'North gate')]]),
    lines: new Map([['gate', gate]]),
    crossings: [fakeCrossing(1, gate), fakeCrossing(2, gate, { direction: 'out' })],
    models: [],
  };
  station = await startFakeStation({ ledger, webRoot: built.folder, isMoving });
  complaints = [];
  const context = await browser.newContext({
    locale: 'en-GB',
    viewport: { width: 1280, height: 720 },
  });
  page = await context.newPage();
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (/Content Security Policy|Warning:/.test(message.text())) complaints.push(message.text());
  });
}

afterEach(async () => {
  if (!hasBrowser) return;
  await page.context().close();
  await station.close();
  expect(complaints).toEqual([]);
});

const tile = () => page.getByRole('article', { name: /^North gate/ });
const kind = (wanted: string) => page.locator(`article[data-kind="${wanted}"]`).waitFor(limit);
const become = (capture: Camera['capture']) => {
  const camera = { ...ledger.cameras.get('cam')!, capture };
  ledger.cameras.set('cam', camera);
  station.emit('camera', camera);
};

describe.skipIf(!hasBrowser)(`the page in ${chromiumPath}`, () => {
  describe('with moving pictures', () => {
    beforeEach(() => start(true));

    it('shows a picture that stops as old, and as live again when it goes on', async () => {
      await page.goto(station.origin);
      await kind('live');
      station.silence('cam', true);
      await kind('stale');
      await tile()
        .getByText(/\d s old/)
        .waitFor(limit);
      expect(
        await tile()
          .locator('.tw-picture')
          .evaluate((canvas) => getComputedStyle(canvas).filter),
      ).toContain('saturate');
      station.silence('cam', false);
      await kind('live');
    });

    it('veils everything while the station is gone, and comes back by itself', async () => {
      await page.goto(station.origin);
      await kind('live');
      const port = Number(new URL(station.origin).port);
      await station.close();
      await page
        .getByRole('alert')
        .getByText('The connection to the station is lost.')
        .waitFor(limit);
      await kind('lost');
      station = await startFakeStation({ ledger, webRoot: built.folder, isMoving: true, port });
      await kind('live');
      expect(await page.getByRole('alert').count()).toBe(0);
    });

    it('asks for no picture that nobody sees', async () => {
      await page.goto(station.origin);
      await kind('live');
      await page.getByRole('link', { name: 'Health' }).click();
      await expect.poll(() => station.previewRequests().at(-1)?.tiles, limit).toEqual([]);
      await expect.poll(() => station.openStreams().flat(), limit).not.toContain('overlay');
      await page.getByRole('link', { name: 'Live' }).click();
      await expect.poll(() => station.previewRequests().at(-1)?.tiles.length, limit).toBe(1);
    });

    it('asks for the tiles of the page of the wall that is shown, and for no other', async () => {
      const ids = ['cam', 'two', 'three', 'four', 'five', 'six'];
      for (const id of ids.slice(1)) ledger.cameras.set(id, fakeCamera(id, id));
      const tiles = (...shown: string[]) => shown.map((cameraId) => ({ cameraId }));
      ledger.walls = [
        { id: 'gates', name: 'Gates', layout: '4', tiles: tiles(...ids) },
        { id: 'yard', name: 'Yard', layout: 'focus', tiles: tiles('two', 'gone', 'three') },
      ];
      const asked = () =>
        station
          .previewRequests()
          .at(-1)
          ?.tiles.map(({ cameraId }) => cameraId)
          .sort();
      const asksFor = (...shown: string[]) =>
        expect.poll(asked, limit).toEqual(shown.toSorted((a, b) => (a < b ? -1 : 1)));
      await page.goto(`${station.origin}/#/live`);
      await asksFor(...ids);
      await page.getByLabel('Wall', { exact: true }).selectOption('Gates');
      await asksFor('cam', 'two', 'three', 'four');
      await page.keyboard.press('PageDown');
      await asksFor('five', 'six');
      await page.keyboard.press(']');
      await asksFor('two', 'three');
      expect(new URL(page.url()).hash).toBe('#/live/~yard');
      await page.goto(`${station.origin}/#/live/~gates/screen`);
      await asksFor('cam', 'two', 'three', 'four');
      expect(await page.getByRole('navigation', { name: 'Tasks' }).count()).toBe(0);
    });
  });

  describe('step by step', () => {
    beforeEach(() => start(false));

    it('counts each crossing once, over a cut and a repeat', async () => {
      const counted = (into: number) =>
        page.getByRole('group', { name: `Gate: ${into} in, 1 out` }).waitFor(limit);
      await page.goto(station.origin);
      await counted(1);
      const write = (id: number) => {
        const row = fakeCrossing(id, gate);
        ledger.crossings.push(row);
        return row;
      };
      await expect.poll(() => station.openStreams().flat(), limit).toContain('crossing');
      const third = write(3);
      station.emit('crossing', third);
      station.emit('crossing', third);
      await counted(2);
      station.cut();
      write(4);
      await counted(3);
      await expect.poll(() => station.openStreams().flat(), limit).toContain('crossing');
      station.emit('crossing', write(5));
      await counted(4);
    });

    it('shows no number before the counts are read', async () => {
      const { promise: isAsked, resolve: letAnswer } = Promise.withResolvers<undefined>();
      await page.route('**/call/tally.query', async (route) => {
        await isAsked;
        await route.continue();
      });
      await page.goto(station.origin);
      await page.getByRole('group', { name: 'Gate: – in, – out' }).waitFor(limit);
      letAnswer(undefined);
      await page.getByRole('group', { name: 'Gate: 1 in, 1 out' }).waitFor(limit);
    });

    it('says why a camera is offline and when it tries again', async () => {
      await page.goto(station.origin);
      await tile().waitFor(limit);
      const reason = {
        code: 'CAM_002',
        message: 'Write name and password into the address.',
      } as const;
      await expect.poll(() => station.openStreams().flat(), limit).toContain('camera');
      become({
        state: 'waiting',
        since: Date.now(),
        attempt: 4,
        retryAt: Date.now() + 600_000,
        reason,
      });
      await kind('offline');
      const veil = page.locator('.tw-veil');
      const text = (await veil.textContent()) ?? '';
      expect(text).toContain('The camera refuses the name or the password. CAM_002');
      expect(text).toContain(reason.message);
      expect(text).toMatch(/Next try in \d+ min \d\d s · attempt 4/);
      become({ state: 'frozen', since: Date.now() - 11_000 });
      await veil.getByText('Frozen', { exact: true }).waitFor(limit);
    });

    it('draws a line with the keyboard alone', async () => {
      await page.goto(`${station.origin}/#/live/cam`);
      await tile().waitFor(limit);
      await page.keyboard.press('l');
      await page.getByRole('application').waitFor(limit);
      for (const key of [
        'ArrowLeft',
        'Space',
        'Shift+ArrowRight',
        'Shift+ArrowRight',
        'Space',
        'Enter',
      ]) {
        await page.keyboard.press(key);
      }
      await page.getByRole('button', { name: /^Point 1: 636, 360 px/ }).click();
      await page.keyboard.press('Shift+ArrowUp');
      await page.keyboard.press('s');
      await page.keyboard.press('Control+z');
      await page.getByRole('textbox', { name: 'Name' }).fill('Crosswalk');
      await page.getByRole('textbox', { name: 'Name' }).press('Enter');
      await page.getByRole('group', { name: 'Crosswalk: 0 in, 0 out' }).waitFor(limit);
      const saved = [...ledger.lines.values()].find((line) => line.name === 'Crosswalk');
      expect(saved?.points.map(({ x, y }) => [Math.round(x * 1280), Math.round(y * 720)])).toEqual([
        [636, 350],
        [716, 360],
      ]);
    });

    it('names what is lost before a camera is removed, and does nothing on No', async () => {
      await page.goto(`${station.origin}/#/cameras`);
      await page.getByRole('button', { name: 'Remove North gate' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByText('its 1 line is lost: Gate').waitFor(limit);
      await dialog.getByRole('button', { name: 'Cancel' }).click();
      await dialog.waitFor({ state: 'hidden', ...limit });
      expect(ledger.cameras.size).toBe(1);
      await page.getByRole('button', { name: 'Remove North gate' }).click();
      await dialog.getByRole('button', { name: 'Remove' }).click();
      await page.getByText('No cameras yet').waitFor(limit);
    });

    it('finds a camera and what can be done with it by typing', async () => {
      await page.goto(station.origin);
      await tile().waitFor(limit);
      await page.keyboard.press('Control+k');
      await page.getByRole('dialog', { name: 'Find pages, cameras and actions' }).waitFor(limit);
      await page.keyboard.type('line gate');
      await page.getByRole('button', { name: 'North gate draw a line' }).waitFor(limit);
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      await page.getByRole('form', { name: 'New line' }).waitFor(limit);
      expect(new URL(page.url()).hash).toBe('#/live/cam');
    });

    it('brings a deleted line back under its id, with its counts', async () => {
      await page.goto(`${station.origin}/#/live/cam`);
      await page.getByRole('button', { name: 'Change the line Gate' }).click(limit);
      await page.getByRole('button', { name: 'Delete line' }).click(limit);
      await page.getByRole('dialog').getByRole('button', { name: 'Delete line' }).click(limit);
      await expect.poll(() => ledger.lines.size, limit).toBe(0);
      await page.getByRole('button', { name: 'Undo' }).click(limit);
      await page.getByRole('group', { name: 'Gate: 1 in, 1 out' }).waitFor(limit);
      expect(ledger.lines.get('gate')?.points).toEqual(gate.points);
    });

    it('speaks Vietnamese after one click, and remembers it', async () => {
      await page.goto(station.origin);
      await page.getByRole('button', { name: 'Tiếng Việt' }).click();
      await page.getByRole('link', { name: 'Trực tiếp' }).waitFor(limit);
      await page.reload();
      await page.getByRole('group', { name: 'Gate: vào 1, ra 1' }).waitFor(limit);
      expect(await page.locator('html').getAttribute('lang')).toBe('vi');
    });
  });
});
