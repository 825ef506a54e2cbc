/**
 * How the cameras of a wall are shared out over pages, and the way of a tour over all of them.
 */
import type { WallLayout } from '#contract/wall.ts';
import { tilesPerPage } from './grid-layout.ts';
import type { Route } from './route.ts';

/** Of a wall in `focus`: one large and a column of small ones. */
const focusTiles = 8;

/** How many tiles a page has; null shares the screen among as many as there are, sixteen to a page. */
export function tilesOf(layout: WallLayout | null): number {
  if (layout === null) return tilesPerPage;
  return layout === 'focus' ? focusTiles : Number(layout);
}

/** Pages of a wall with `count` cameras; an empty wall has one. */
export function pageCount(count: number, layout: WallLayout | null): number {
  return Math.max(1, Math.ceil(count / tilesOf(layout)));
}

/** A page of a wall; `wallId` null is the wall of all cameras. */
export interface Stop {
  readonly wallId: string | null;
  readonly page: number;
}

export interface TourWall {
  readonly id: string;
  /** How many of its cameras are there */
  readonly count: number;
  readonly layout: WallLayout;
}

/** Every page of every saved wall, or the pages of all cameras where none was saved. */
export function tourStops(walls: readonly TourWall[], cameraCount: number): Stop[] {
  const filled = walls.filter(({ count }) => count > 0);
  const tour =
    filled.length > 0 ? filled : [{ id: null, count: cameraCount, layout: null } as const];
  return tour.flatMap(({ id, count, layout }) =>
    Array.from({ length: pageCount(count, layout) }, (_, page) => ({ wallId: id, page })),
  );
}

/** The stop after this one, round and round; the first where this one is not on the tour. */
export function nextStop(stops: readonly Stop[], current: Stop): Stop {
  const index = stops.findIndex(
    ({ wallId, page }) => wallId === current.wallId && page === current.page,
  );
  return stops[(index + 1) % stops.length] ?? current;
}

/** Ids of cameras begin with a letter or a digit, so an id of a route that begins with this is a wall. */
const wallMark = '~';
/** The part of a route that shows nothing but the wall, for a second screen. */
export const screenPart = 'screen';

/** `#/live` for all cameras, `#/live/~gates` for a saved wall. */
export function wallRoute(wallId: string | null, part?: typeof screenPart): Route {
  if (part === undefined && wallId === null) return { task: 'live', id: null };
  const route = { task: 'live', id: `${wallMark}${wallId ?? ''}` } as const;
  return part === undefined ? route : { ...route, part };
}

/** The wall that a route shows; undefined where it shows something else. */
export function wallOf({ task, id }: Route): Pick<Stop, 'wallId'> | undefined {
  if (task !== 'live') return undefined;
  if (id === null || id === wallMark) return { wallId: null };
  return id.startsWith(wallMark) ? { wallId: id.slice(wallMark.length) } : undefined;
}

/** Whether a route shows nothing but a wall. */
export function isScreen(route: Route): boolean {
  return route.part === screenPart && wallOf(route) !== undefined;
}
