import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type ElectronApplication, expect, test } from 'playwright/test';
import { menuWords } from '#shell/tray-words.ts';
import { closeLeftOvers } from './steps/left-overs.ts';
import { createOperator } from './steps/operator.ts';
import { appArguments, electron, openWindow } from './steps/window.ts';

test.afterEach(closeLeftOvers);
test.skip(
  electron.kind !== 'stand-in',
  'the stand-in records what real Electron shows on the desktop',
);

interface Recorded {
  readonly standinCalls: readonly { readonly name: string; readonly values: readonly unknown[] }[];
  readonly standinNotes: readonly { emit(event: string): void }[];
}

/** The values of every call of one name, for example `Tray.setToolTip`. */
function callsOf(app: ElectronApplication, name: string): Promise<unknown[]> {
  return app.evaluate(
    (_electron, wanted) =>
      (globalThis as unknown as Recorded).standinCalls
        .filter((call) => call.name === wanted)
        .map(({ values }) => values[0]),
    name,
  );
}

test('the desktop shows how counting goes, and counting outlives the window', async () => {
  const station = await openWindow();
  const operator = createOperator(station.page);
  await operator.addCamera({ name: 'Plaza', source: 'simulated://plaza?people=4&seed=1&fps=5' });
  await expect
    .poll(() => callsOf(station.app, 'Tray.setToolTip'))
    .toContainEqual(expect.stringMatching(/today \d+ in, \d+ out · 1 of 1 cameras live/));
  expect(await callsOf(station.app, 'powerSaveBlocker.start')).toEqual(['prevent-app-suspension']);

  await station.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.close());
  const visible = () =>
    station.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.isVisible());
  expect(await visible()).toBe(false);
  expect(readFileSync(path.join(station.folder, 'window.json'), 'utf8')).toContain('"bounds"');

  const link = 'tallywatch://camera/plaza';
  const second = spawn(electron.executablePath, [...appArguments(station.folder), link], {
    stdio: 'ignore',
  });
  await once(second, 'exit');
  await expect.poll(visible).toBe(true);
  await expect.poll(() => station.page.url()).toMatch(/#\/live\/plaza$/);
  expect(await station.close()).toBe(0);
});

/** As a person does in the menu of the mark. */
function choose(app: ElectronApplication, label: string): Promise<void> {
  return app.evaluate((_electron, wanted) => {
    interface Entry {
      readonly label?: string;
      readonly click?: () => void;
    }
    const { standinCalls } = globalThis as unknown as Recorded;
    const call = standinCalls.findLast(({ name }) => name === 'Tray.setContextMenu');
    const { items } = call!.values[0] as { readonly items: readonly Entry[] };
    // After the answer, which would be lost with an app that quits.
    setTimeout(() => items.find((item) => item.label === wanted)!.click!());
  }, label);
}

test('the mark in the tray brings the window back, and quits', async () => {
  const station = await openWindow();
  const words = menuWords('en');
  const visible = () =>
    station.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.isVisible());
  await station.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.close());
  expect(await visible()).toBe(false);
  await choose(station.app, words.show);
  await expect.poll(visible).toBe(true);
  const ended = once(station.app.process(), 'exit');
  await choose(station.app, words.quit);
  expect((await ended)[0]).toBe(0);
});

test('an alert is a note of the system while nobody looks, and leads to the alerts', async () => {
  const station = await openWindow();
  await station.app.evaluate(({ BrowserWindow }) => {
    Object.assign(BrowserWindow.getAllWindows()[0]!, { isFocused: () => false });
  });
  const rules = await station.page.evaluate(() => {
    const { station: door } = window as unknown as {
      station: { call(name: string, input: unknown): Promise<{ ok: unknown }> };
    };
    return door.call('alertRule.test', { id: 'camera-offline' });
  });
  expect(rules).toHaveProperty('ok');
  await expect
    .poll(() => callsOf(station.app, 'Notification.show'))
    .toEqual([expect.objectContaining({ title: expect.stringMatching(/^Test: /) })]);
  await station.app.evaluate(() =>
    (globalThis as unknown as Recorded).standinNotes[0]!.emit('click'),
  );
  await expect.poll(() => station.page.url()).toMatch(/#\/alerts$/);
  expect(await station.close()).toBe(0);
});
