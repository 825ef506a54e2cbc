/**
 * The procedures of walls: which cameras share a screen, kept as one setting of the station.
 */
import { z } from 'zod';
import type { CameraId } from '#contract/camera.ts';
import { StationError } from '#contract/error.ts';
import { Wall, type WallTile } from '#contract/wall.ts';
import type { Emitter } from '#engine/base/emitter.ts';
import type { Handlers } from '#engine/router.ts';
import type { EventMap } from '#engine/site.ts';
import type { Store } from '#engine/store/store.ts';
import { freeId } from './free-id.ts';

export interface WallServiceDeps {
  readonly store: Pick<Store, 'settings'>;
  readonly events: Pick<Emitter<EventMap>, 'emit'>;
  /** Ids of the cameras that are there */
  readonly cameraIds: () => readonly CameraId[];
}

const settingKey = 'walls';
const mostWalls = 32;

export function createWallService({
  store,
  events,
  cameraIds,
}: WallServiceDeps): Pick<Handlers, 'wall.list' | 'wall.save' | 'wall.remove'> {
  let working: Promise<unknown> = Promise.resolve();

  const read = async (): Promise<Wall[]> =>
    (await store.settings.get(settingKey, z.array(Wall))) ?? [];

  /** One change after the other, so that none is lost. */
  function change<T>(work: (walls: readonly Wall[]) => readonly [walls: Wall[], answer: T]) {
    const turn = working.then(async () => {
      const [walls, answer] = work(await read());
      await store.settings.set(settingKey, walls);
      events.emit('wallsChanged', {});
      return answer;
    });
    working = turn.catch(() => undefined);
    return turn;
  }

  return {
    'wall.list': read,
    'wall.save': (draft) =>
      change((walls) => {
        checkTiles(draft.tiles, cameraIds());
        const others = walls.filter(({ id }) => id !== draft.id);
        if (others.some(({ name }) => name === draft.name)) {
          const message = `There is a wall "${draft.name}" already. Choose another name.`;
          throw new StationError('REQ_003', message, { path: 'name' });
        }
        if (others.length >= mostWalls) {
          const message = `There are ${String(mostWalls)} walls already. Remove one first.`;
          throw new StationError('REQ_003', message);
        }
        const taken = others.map(({ id }) => id);
        const wall: Wall = { ...draft, id: draft.id ?? freeId(draft.name, taken) };
        const sorted = [...others, wall].sort((a, b) => a.name.localeCompare(b.name));
        return [sorted, wall];
      }),
    'wall.remove': ({ id }) =>
      change((walls) => {
        const others = walls.filter((wall) => wall.id !== id);
        if (others.length < walls.length) return [others, {}];
        throw new StationError('REQ_002', `There is no wall "${id}".`, { path: 'id' });
      }),
  };
}

/** @throws StationError REQ_002 for a camera that is not there, REQ_001 for one that is named twice */
function checkTiles(tiles: readonly WallTile[], cameraIds: readonly CameraId[]): void {
  const seen = new Set<CameraId>();
  tiles.forEach(({ cameraId }, index) => {
    const path = `tiles.${String(index)}.cameraId`;
    if (!cameraIds.includes(cameraId)) {
      const message = `There is no camera "${cameraId}". Leave it out of the wall.`;
      throw new StationError('REQ_002', message, { path });
    }
    if (seen.has(cameraId)) {
      const message = `The camera "${cameraId}" is on the wall twice. Leave one out.`;
      throw new StationError('REQ_001', message, { path });
    }
    seen.add(cameraId);
  });
}
