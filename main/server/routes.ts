/**
 * Reads the route of a procedure: `PUT /cameras/{id}` → method and path of the HTTP router.
 */
import type { Route } from '#contract/procedure.ts';

/** `{name}` becomes `:name`. */
export function readRoute(route: Route): { readonly method: string; readonly path: string } {
  const [method = 'GET', path = '/'] = route.split(' ');
  return { method, path: path.replaceAll(/\{(\w+)\}/g, ':$1') };
}
