/**
 * What the command line says about the window: whether there is one, and on which screen.
 */

export interface ShellFlags {
  /** The page fills a screen, and no key closes it by mistake */
  readonly isKiosk: boolean;
  /** Which screen, from 1, as the system counts them; null means where it was last */
  readonly screen: number | null;
  /** No window: the station counts and serves its page to browsers */
  readonly isHeadless: boolean;
  /** The window opens when somebody asks for it in the tray: for a start at login */
  readonly isHidden: boolean;
}

/** Reads `--kiosk`, `--screen 2`, `--headless` and `--hidden` among the other arguments. */
export function readShellFlags(args: readonly string[]): ShellFlags {
  const at = args.findIndex((arg) => arg === '--screen' || arg.startsWith('--screen='));
  const text = at < 0 ? '' : (args[at]?.split('=')[1] ?? args[at + 1] ?? '');
  const screen = /^[1-9]\d?$/.test(text) ? Number(text) : null;
  return {
    isKiosk: args.includes('--kiosk'),
    screen,
    isHeadless: args.includes('--headless'),
    isHidden: args.includes('--hidden'),
  };
}
