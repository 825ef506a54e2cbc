/**
 * Walls: named choices of cameras and how they share a screen, kept by the station for everybody who watches.
 */
import { z } from 'zod';
import { CameraId } from './camera.ts';
import { procedure } from './procedure.ts';

export const WallId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,47}$/, 'use lower-case letters, digits, - and _, at most 48');
export type WallId = z.infer<typeof WallId>;

/** How many tiles are on a page; `focus` is one large and a column of small ones. */
export const WallLayout = z.enum(['1', '4', '9', '16', 'focus']);
export type WallLayout = z.infer<typeof WallLayout>;

export const WallTile = z.object({ cameraId: CameraId });
export type WallTile = z.infer<typeof WallTile>;

export const Wall = z.object({
  id: WallId,
  name: z.string().trim().min(1).max(60),
  layout: WallLayout,
  /** In the order in which they are shown; what does not fit on a page is on the next. Cameras that were removed since stay out of sight. */
  tiles: z.array(WallTile).min(1, 'choose at least one camera').max(64),
});
export type Wall = z.infer<typeof Wall>;

export const wallProcedures = {
  'wall.list': procedure({
    kind: 'query',
    route: 'GET /walls',
    role: 'viewer',
    summary: 'Lists the walls of the site: which cameras share a screen, and how',
    input: z.object({}),
    output: z.array(Wall),
  }),
  'wall.save': procedure({
    kind: 'command',
    route: 'POST /walls',
    role: 'operator',
    summary: 'Adds a wall for everybody who watches, or changes one',
    input: Wall.extend({ id: WallId.optional() }),
    output: Wall,
  }),
  'wall.remove': procedure({
    kind: 'command',
    route: 'DELETE /walls/{id}',
    role: 'operator',
    summary: 'Removes a wall; its cameras stay',
    input: z.object({ id: WallId }),
    output: z.object({}),
  }),
};
