/**
 * Where the window goes: to the screen that is named, else where it was, as long as that can still be seen.
 */
import { z } from 'zod';

const Rectangle = z.object({
  x: z.number().int(),
  y: z.number().int(),
  width: z.number().int().positive(),
  height: z.number().int().positive(),
});
export type Rectangle = z.infer<typeof Rectangle>;

export const WindowState = z.object({
  bounds: Rectangle,
  isMaximized: z.boolean(),
  isFullScreen: z.boolean(),
});
export type WindowState = z.infer<typeof WindowState>;

export interface PlaceWish {
  /** null at the first start */
  readonly saved: WindowState | null;
  /** The room for windows on each screen, the main one first */
  readonly screens: readonly Rectangle[];
  /** From 1; null means where it was */
  readonly screen: number | null;
}

export interface Place {
  readonly bounds: Rectangle;
  readonly isMaximized: boolean;
  readonly isFullScreen: boolean;
}

const usual = { width: 1440, height: 900 };
/** So much of the window must be on a screen, so that a hand finds it */
const leastSeen = { width: 200, height: 100 };

/** `screens` must not be empty. */
export function placeWindow({ saved, screens, screen }: PlaceWish): Place {
  const named = screen === null ? undefined : screens[screen - 1];
  if (named !== undefined) {
    const isThere = saved !== null && sees(named, saved.bounds);
    return isThere ? saved : { ...closed, bounds: centred(named) };
  }
  if (saved !== null && screens.some((each) => sees(each, saved.bounds))) return saved;
  const [main = { x: 0, y: 0, ...usual }] = screens;
  return { ...closed, bounds: centred(main) };
}

const closed = { isMaximized: false, isFullScreen: false };

function sees(screen: Rectangle, { x, y, width, height }: Rectangle): boolean {
  const wide = Math.min(x + width, screen.x + screen.width) - Math.max(x, screen.x);
  const high = Math.min(y + height, screen.y + screen.height) - Math.max(y, screen.y);
  return wide >= leastSeen.width && high >= leastSeen.height && y >= screen.y;
}

function centred(screen: Rectangle): Rectangle {
  const width = Math.min(usual.width, screen.width);
  const height = Math.min(usual.height, screen.height);
  return {
    x: screen.x + Math.floor((screen.width - width) / 2),
    y: screen.y + Math.floor((screen.height - height) / 2),
    ...{ width, height },
  };
}
