import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type ElectronApplication, expect, test } from 'playwright/test';
import { spendFirstHour } from './steps/first-hour.ts';
import { closeLeftOvers } from './steps/left-overs.ts';
import { createOperator } from './steps/operator.ts';
import { appArguments, electron, openWindow } from './steps/window.ts';

test.afterEach(closeLeftOvers);

test('the first hour in the window', async () => {
  const station = await openWindow();
  await spendFirstHour(station.page, test.info());
  expect(await station.close()).toBe(0);
});

test('a page that crashes comes back while the station counts on', async () => {
  const station = await openWindow();
  const operator = createOperator(station.page);
  await operator.addCamera({ name: 'Plaza', source: 'simulated://plaza?people=4&seed=1&fps=5' });
  await operator.open('Live');
  await operator.seePicture('Plaza');

  await station.app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()[0]!.webContents.forcefullyCrashRenderer(),
  );
  await expect.poll(() => kindOfTile(station.app)).toBe('live');
  expect(await station.close()).toBe(0);
});

/** Asked of the window itself: Playwright gives a page up once it has crashed. */
async function kindOfTile(app: ElectronApplication): Promise<unknown> {
  const code = `document.querySelector('article')?.dataset.kind`;
  const answer = app.evaluate(
    ({ BrowserWindow }, expression): Promise<unknown> =>
      BrowserWindow.getAllWindows()[0]!.webContents.executeJavaScript(expression),
    code,
  );
  return answer.catch(() => 'no page');
}

test('a second start on the same data folder shows the first window', async () => {
  const station = await openWindow();
  await station.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.minimize());
  const second = spawn(electron.executablePath, appArguments(station.folder), { stdio: 'ignore' });
  const [code] = (await once(second, 'exit')) as [number | null];
  expect(code).toBe(0);
  await expect
    .poll(() =>
      station.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.isMinimized()),
    )
    .toBe(false);
  expect(await station.close()).toBe(0);
});

test('the page cannot reach Node or Electron', async () => {
  const station = await openWindow();
  const seen = await station.page.evaluate(() => ({
    station: Object.keys((window as unknown as { station: object }).station).sort(),
    globals: ['require', 'process', 'Buffer', 'ipcRenderer', 'electron'].filter(
      (name) => name in window,
    ),
  }));
  expect(seen).toEqual({ station: ['call', 'listen'], globals: [] });
  expect(await station.close()).toBe(0);
});

test('an error keeps its code on its way to the page', async () => {
  const station = await openWindow();
  const answers = await station.page.evaluate(() => {
    const { station: door } = window as unknown as {
      station: { call(name: string, input: unknown): Promise<unknown> };
    };
    return Promise.all([
      door.call('camera.get', { id: 'nobody' }),
      door.call('no.such', {}),
      door.call('camera.add', { name: '' }),
    ]);
  });
  expect(answers).toEqual([
    { error: expect.objectContaining({ code: 'REQ_002' }) },
    { error: expect.objectContaining({ code: 'REQ_002' }) },
    { error: expect.objectContaining({ code: 'REQ_001' }) },
  ]);
  expect(await station.close()).toBe(0);
});
