/**
 * Where in the page we are, kept in the address after `#`, so that a view can be linked to and Back works:
 * `#/live/gate-cam`, `#/live/gate-cam/line`.
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
  /** What is to be done there: `line` draws a new line on the camera */
  readonly part?: string;
}

/** `#/models/catalog`: the models that can be fetched */
export const catalogId = 'catalog';

/** Anything unknown is the live view: a guard's screen must never be empty. */
export function parseRoute(hash: string): Route {
  const [name, id, part] = hash.replace(/^#\/?/, '').split('/');
  const task = tasks.find((known) => known === name) ?? 'live';
  const route = { task, id: id === undefined || id === '' ? null : decode(id) };
  return part === undefined || part === '' ? route : { ...route, part: decode(part) };
}

export function formatRoute(route: Route): string {
  const { task, id, part } = route;
  if (id === null) return `#/${task}`;
  const place = `#/${task}/${encodeURIComponent(id)}`;
  return part === undefined ? place : `${place}/${encodeURIComponent(part)}`;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
