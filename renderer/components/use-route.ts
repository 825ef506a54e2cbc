/**
 * The route as a hook.
 */
import { useMemo, useSyncExternalStore } from 'react';
import { formatRoute, parseRoute, type Route } from '../lib/route.ts';

export function useRoute(): Route {
  const hash = useSyncExternalStore(subscribe, () => window.location.hash);
  return useMemo(() => parseRoute(hash), [hash]);
}

export function goTo(route: Route): void {
  window.location.hash = formatRoute(route);
}

/** Goes on to a route in place of the one that led here: Back leaves both. */
export function replaceRoute(route: Route): void {
  window.history.replaceState(window.history.state, '', formatRoute(route));
  // Only changes by hand are announced by the browser.
  window.dispatchEvent(new HashChangeEvent('hashchange'));
}

function subscribe(listener: () => void): () => void {
  window.addEventListener('hashchange', listener);
  return () => window.removeEventListener('hashchange', listener);
}
