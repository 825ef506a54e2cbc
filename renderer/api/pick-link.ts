/**
 * Picks the door: the window's own where the preload exposed it, else HTTP to where the page came from.
 */
import type { WindowApi } from '#contract/window-api.ts';
import { createHttpLink } from './http-link.ts';
import type { StationLink } from './station-link.ts';
import { createWindowLink } from './window-link.ts';

declare global {
  interface Window {
    readonly station?: WindowApi;
  }
}

export function pickLink(page: Window): StationLink {
  return page.station === undefined
    ? createHttpLink({ origin: page.location.origin })
    : createWindowLink(page.station, page);
}
