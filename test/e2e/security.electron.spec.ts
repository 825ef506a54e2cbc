import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'playwright/test';
import { contentPolicy } from '#server/page.ts';
import { type Checked, unheldItems } from '#test/security-checklist.ts';
import { root } from './steps/folders.ts';
import { closeLeftOvers } from './steps/left-overs.ts';
import { electron, openWindow } from './steps/window.ts';

test.afterEach(closeLeftOvers);

const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');

test('the built app holds the security checklist', () => {
  const manifest = JSON.parse(read('package.json')) as {
    build: Checked['builder'];
    devDependencies: { electron: string };
  };
  const unheld = unheldItems({
    main: read('out/main/index.js'),
    preload: read('out/preload/index.cjs'),
    page: read('out/renderer/index.html'),
    policy: contentPolicy('nonce'),
    builder: manifest.build,
    electron: manifest.devDependencies.electron,
  });
  expect(unheld).toEqual([]);
});

test('the page can neither leave, open windows nor have devices', async () => {
  test.skip(electron.kind !== 'stand-in', 'asks handlers that the stand-in keeps');
  const station = await openWindow();
  const answers = await station.app.evaluate(({ BrowserWindow }) => {
    type Handler = (...values: unknown[]) => unknown;
    const { standinCalls } = globalThis as unknown as {
      standinCalls: { name: string; values: unknown[] }[];
    };
    const handler = (name: string): Handler =>
      standinCalls.find((call) => call.name === `session.${name}`)!.values[0] as Handler;
    const contents = BrowserWindow.getAllWindows()[0]!.webContents;
    const isStopped = (name: string, url: string): boolean => {
      let isPrevented = false;
      const event = { url, preventDefault: () => (isPrevented = true) };
      (contents as unknown as { emit(name: string, event: object): void }).emit(name, event);
      return isPrevented;
    };
    const asked = (permission: string, requestingUrl: string): unknown => {
      let answer: unknown = 'none';
      const answerWith = (value: unknown) => (answer = value);
      handler('setPermissionRequestHandler')(contents, permission, answerWith, { requestingUrl });
      return answer;
    };
    const { windowOpenHandler } = contents as unknown as { windowOpenHandler: Handler };
    return {
      leaves: isStopped('will-navigate', 'https://example.com/'),
      stays: isStopped('will-navigate', 'tallywatch://app/index.html'),
      webview: isStopped('will-attach-webview', 'tallywatch://app/'),
      opens: windowOpenHandler({ url: 'https://example.com/' }),
      camera: asked('media', 'tallywatch://app/'),
      fullscreen: asked('fullscreen', 'tallywatch://app/'),
      elsewhere: asked('fullscreen', 'https://example.com/'),
      device: handler('setDevicePermissionHandler')({}),
    };
  });
  expect(answers).toEqual({
    ...{ leaves: true, stays: false, webview: true, opens: { action: 'deny' } },
    ...{ camera: false, fullscreen: true, elsewhere: false, device: false },
  });
  expect(await station.close()).toBe(0);
});
