/**
 * Every item of Electron's security checklist holds, and is missed as soon as its protection is switched off.
 */
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { contentPolicy } from '#server/page.ts';
import { type Checked, itemCount, unheldItems } from '#test/security-checklist.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const manifest = JSON.parse(read('package.json')) as {
  build: Checked['builder'];
  devDependencies: { electron: string };
};
const checked: Checked = {
  main: ['main/index.ts', ...globSync('main/shell/*.ts', { cwd: root }).sort()]
    .map(read)
    .join('\n'),
  preload: read('preload/index.ts'),
  page: read('renderer/index.html'),
  policy: contentPolicy('nonce'),
  builder: manifest.build,
  electron: manifest.devDependencies.electron,
};

type Script = 'main' | 'preload' | 'page' | 'policy' | 'electron';
const replaced = (part: Script, from: string | RegExp, to: string): Checked => {
  const text = checked[part].replace(from, to);
  // A change that finds nothing would prove nothing.
  expect(text).not.toBe(checked[part]);
  return { ...checked, [part]: text };
};
const withFuse = (name: string, value: boolean): Checked => ({
  ...checked,
  builder: {
    ...checked.builder,
    electronFuses: { ...checked.builder.electronFuses, [name]: value },
  },
});

describe('the security checklist', () => {
  it('holds', () => {
    expect(unheldItems(checked)).toEqual([]);
  });

  it.each<[string, () => Checked]>([
    ['1 only secure content', () => replaced('policy', "img-src 'self'", "img-src http: 'self'")],
    [
      '2 no Node in the page',
      () => replaced('main', 'nodeIntegration: false', 'nodeIntegration: true'),
    ],
    ['3 context isolation', () => replaced('main', 'contextIsolation: true,', '')],
    ['4 sandbox', () => replaced('main', 'sandbox: true', 'sandbox: false')],
    ['4 sandbox', () => replaced('main', 'app.enableSandbox();', '')],
    [
      '5 permissions are asked for',
      () => replaced('main', 'defaultSession.setPermissionCheckHandler(', 'void ('),
    ],
    ['6 web security', () => replaced('main', 'webSecurity: true', 'webSecurity: false')],
    [
      '7 content policy',
      () => replaced('policy', "script-src 'self'", "script-src 'self' 'unsafe-inline'"),
    ],
    [
      '8 no insecure content',
      () => replaced('main', 'sandbox: true', 'allowRunningInsecureContent: true, sandbox: true'),
    ],
    [
      '9 no experimental features',
      () => replaced('main', 'sandbox: true', 'experimentalFeatures: true, sandbox: true'),
    ],
    [
      '10 no Blink features',
      () => replaced('main', 'sandbox: true', `enableBlinkFeatures: 'X', sandbox: true`),
    ],
    ['11 no webview', () => replaced('main', 'sandbox: true', 'webviewTag: true, sandbox: true')],
    [
      '12 no webview is attached',
      () =>
        replaced(
          'main',
          `'will-attach-webview', (event) => event.preventDefault()`,
          `'will-attach-webview', () => undefined`,
        ),
    ],
    [
      '13 no navigation',
      () =>
        replaced(
          'main',
          /'will-navigate'[\s\S]*?preventDefault\(\);/,
          `'will-navigate', (event) => {`,
        ),
    ],
    ['14 no new windows', () => replaced('main', `action: 'deny'`, `action: 'allow'`)],
    [
      '15 nothing is opened outside',
      () => replaced('main', 'registerAppScheme();', 'shell.openExternal(link);'),
    ],
    ['16 a current Electron', () => replaced('electron', /^\d+/, '30')],
    [
      '17 senders are checked',
      () => replaced('main', 'if (!isOurs(event)) return { error', 'if (false) return { error'),
    ],
    [
      '18 no file protocol',
      () => replaced('main', 'registerAppScheme();', `window.loadFile('index.html');`),
    ],
    [
      '20 no Electron in the page',
      () =>
        replaced(
          'preload',
          "exposeInMainWorld('station', api)",
          "exposeInMainWorld('station', ipcRenderer)",
        ),
    ],
    [
      '20 no Electron in the page',
      () =>
        replaced(
          'preload',
          '  listen(topic, listener) {',
          '  send: ipcRenderer.send,\n  listen(topic, listener) {',
        ),
    ],
  ])('misses "%s"', (item, change) => {
    expect(unheldItems(change())).toEqual([item]);
  });

  it.each([
    ['runAsNode', true],
    ['enableCookieEncryption', false],
    ['enableNodeOptionsEnvironmentVariable', true],
    ['enableNodeCliInspectArguments', true],
    ['enableEmbeddedAsarIntegrityValidation', false],
    ['onlyLoadAppFromAsar', false],
    ['grantFileProtocolExtraPrivileges', true],
  ] as const)('misses the fuse %s', (name, value) => {
    expect(unheldItems(withFuse(name, value))).toEqual(['19 fuses']);
    expect(itemCount).toBe(20);
  });
});
