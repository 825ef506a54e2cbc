import { describe, expect, it } from 'vitest';
import { whyNoWindow } from '#server/start/electron-binary.ts';

describe('a window', () => {
  it.each([
    ['opens under X11', { env: { DISPLAY: ':0' }, platform: 'linux', userId: 1000 }, null],
    [
      'opens under Wayland',
      { env: { WAYLAND_DISPLAY: 'w' }, platform: 'linux', userId: 1000 },
      null,
    ],
    ['opens on Windows', { env: {}, platform: 'win32', userId: null }, null],
    ['needs a display', { env: {}, platform: 'linux', userId: 1000 }, 'there is no display'],
    [
      'is not opened by root',
      { env: { DISPLAY: ':0' }, platform: 'linux', userId: 0 },
      'Electron does not run as root',
    ],
  ] as const)('%s', (_, system, reason) => {
    expect(whyNoWindow(system)).toBe(reason);
  });
});
