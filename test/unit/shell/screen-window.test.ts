import { describe, expect, it, vi } from 'vitest';

vi.mock('electron', () => ({ BrowserWindow: {}, screen: {} }));
const { freeScreen } = await import('#shell/screen-window.ts');

const left = { x: 0, y: 0, width: 1920, height: 1040 };
const right = { x: 1920, y: 0, width: 2560, height: 1400 };

describe('the screen for a further window', () => {
  it.each([
    ['one screen, taken', [left], [left], null],
    ['the other one', [left, right], [left], right],
    ['the first, when the window was moved over', [left, right], [right], left],
    ['none, when a window is on each', [left, right], [left, right], null],
    ['that of the middle', [left, right], [{ ...left, x: 1700 }], left],
  ])('is %s', (_, screens, windows, expected) => {
    expect(freeScreen(screens, windows)).toEqual(expected);
  });
});
