/**
 * Links from outside into the page: `tallywatch://camera/gate` opens that camera, `tallywatch://alerts` the alerts.
 */
import { appScheme } from './origin.ts';

/** Pages that a link may open. A link only shows something: it can change nothing. */
const pages = new Set(['live', 'alerts', 'cameras', 'trust', 'models', 'health', 'system']);
const cameraId = /^[a-z0-9][a-z0-9_-]{0,63}$/;

/** The part of the page's address after `#` that a link stands for; null for anything else. */
export function routeOfLink(link: string): string | null {
  const match = new RegExp(`^${appScheme}://([a-z]+)(?:/([^/?#]*))?/?$`).exec(link);
  const [, place = '', id = ''] = match ?? [];
  if (place === 'camera') return cameraId.test(id) ? `#/live/${id}` : null;
  return pages.has(place) && id === '' ? `#/${place}` : null;
}

/** The route of the first link among the arguments with which the app was started. */
export function routeOfArguments(args: readonly string[]): string | null {
  for (const arg of args) {
    const route = routeOfLink(arg);
    if (route !== null) return route;
  }
  return null;
}
