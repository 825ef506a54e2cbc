/**
 * A wall on a screen of its own: a window like the first, on a screen where no window is yet.
 */
import { BrowserWindow, screen } from 'electron';
import type { Rectangle } from './window-place.ts';
import { openWindow, type WindowOptions } from './window.ts';

/** More windows than screens help nobody. */
const mostScreens = 4;

export function openScreen(options: Pick<WindowOptions, 'url' | 'preload' | 'log'>): void {
  const taken = BrowserWindow.getAllWindows().map((window) => window.getBounds());
  if (taken.length > mostScreens) {
    options.log.warn('no further screen was opened', { windows: taken.length });
    return;
  }
  const free = freeScreen(
    screen.getAllDisplays().map(({ workArea }) => workArea),
    taken,
  );
  const [first] = taken;
  openWindow({
    ...{ ...options, isKiosk: false, isHidden: false },
    place:
      free === null
        ? { bounds: beside(first), isMaximized: false, isFullScreen: false }
        : { bounds: free, isMaximized: true, isFullScreen: false },
  });
}

/** The first screen on which no window has its middle; null when there is none. */
export function freeScreen(
  screens: readonly Rectangle[],
  windows: readonly Rectangle[],
): Rectangle | null {
  const hasMiddle = (area: Rectangle, { x, y, width, height }: Rectangle): boolean => {
    const middle = { x: x + width / 2 - area.x, y: y + height / 2 - area.y };
    return middle.x >= 0 && middle.x < area.width && middle.y >= 0 && middle.y < area.height;
  };
  return screens.find((area) => !windows.some((window) => hasMiddle(area, window))) ?? null;
}

const usual = { width: 1280, height: 720 };
const stepPx = 40;

function beside(first: Rectangle | undefined): Rectangle {
  return { x: (first?.x ?? 0) + stepPx, y: (first?.y ?? 0) + stepPx, ...usual };
}
