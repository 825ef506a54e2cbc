/**
 * Where in the page we are, kept in the address after `#`, so that a view can be linked to and Back works:
 * `#/live/gate-cam`.
 */

export const tasks = [
  'live',
  'counts',
  'alerts',
  'cameras',
  'trust',
  'models',
  'experiments',
  'jobs',
  'health',
  'notifications',
  'privacy',
  'access',
  'system',
] as const;
export type Task = (typeof tasks)[number];

export interface Route {
  readonly task: Task;
  /** For `live` the camera that is shown large */
  readonly id: string | null;
}

/** `#/models/catalog`: the models that can be fetched */
export const catalogId = 'catalog';

/** Anything unknown is the live view: a guard's screen must never be empty. */
export function parseRoute(hash: string): Route {
  const [name, id] = hash.replace(/^#\/?/, '').split('/');
  const task = tasks.find((known) => known === name) ?? 'live';
  return { task, id: id === undefined || id === '' ? null : decode(id) };
}

export function formatRoute(route: Route): string {
  return route.id === null ? `#/${route.task}` : `#/${route.task}/${encodeURIComponent(route.id)}`;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
