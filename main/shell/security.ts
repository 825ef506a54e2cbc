/**
 * What no page may do: leave our origin, open windows, embed pages, ask for devices.
 */
import { app, session } from 'electron';
import type { Logger } from '#engine/base/log.ts';

/** Of all permissions a wall of cameras needs these two: to fill a screen, and to copy an address. */
const granted = new Set(['fullscreen', 'clipboard-sanitized-write']);

export interface PageGuard {
  readonly isOwnUrl: (url: string) => boolean;
  /** One of our pages wants another of them in a window of its own. */
  readonly onOpen: (url: string) => void;
  readonly log: Logger;
}

/** Applies to every page of this app, also to those opened later. */
export function guardPages({ isOwnUrl, onOpen, log }: PageGuard): void {
  app.on('web-contents-created', (_event, contents) => {
    contents.on('will-navigate', (event) => {
      if (isOwnUrl(event.url)) return;
      event.preventDefault();
      log.warn('a page wanted to leave', { to: event.url });
    });
    contents.on('will-attach-webview', (event) => event.preventDefault());
    contents.setWindowOpenHandler(({ url }) => {
      // What a page opens would be its child; a wall on a second screen is a window like the first.
      if (isOwnUrl(url)) onOpen(url);
      else log.warn('a page wanted to open a window', { url });
      return { action: 'deny' };
    });
  });
}

/** Call it after the app is ready. */
export function guardPermissions(isOwnUrl: (url: string) => boolean): void {
  const { defaultSession } = session;
  defaultSession.setPermissionRequestHandler((...[, permission, answer, details]) =>
    answer(granted.has(permission) && isOwnUrl(details.requestingUrl)),
  );
  defaultSession.setPermissionCheckHandler(
    (_contents, permission, origin) => granted.has(permission) && isOwnUrl(`${origin}/`),
  );
  defaultSession.setDevicePermissionHandler(() => false);
}
