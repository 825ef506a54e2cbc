/**
 * Paints what does not move: asks a scene for the colour at each place on the ground or the wall, four times a pixel.
 */
import type { Light } from './light.ts';
import { throughAir } from './light.ts';
import { createSurface, type Surface } from './raster.ts';
import type { Colour } from './shapes.ts';
import type { View } from './view.ts';

export interface BackdropPaint {
  /** Distance of the wall behind the ground, metres; the ground ends there */
  readonly wallZ: number;
  /** Colour of the ground, light included. `blurM` is the size of a pixel there: finer detail must fade. */
  ground(x: number, z: number, blurM: number): Colour;
  /** Colour of the wall, light included */
  wall(x: number, y: number): Colour;
}

const offsets = [
  [0.25, 0.25],
  [0.75, 0.25],
  [0.25, 0.75],
  [0.75, 0.75],
] as const;

/** The whole backdrop; about 0.2 s at 640 × 360. */
export function paintBackdrop(view: View, light: Light, paint: BackdropPaint): Surface {
  const surface = createSurface(view.picture);
  const { width, height } = view.picture;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let red = 0;
      let green = 0;
      let blue = 0;
      for (const [ox, oy] of offsets) {
        const colour = sample(view, { light, paint }, { x: x + ox, y: y + oy });
        red += colour[0];
        green += colour[1];
        blue += colour[2];
      }
      const at = y * width + x;
      surface.red[at] = red / 4;
      surface.green[at] = green / 4;
      surface.blue[at] = blue / 4;
    }
  }
  return surface;
}

function sample(
  view: View,
  on: { light: Light; paint: BackdropPaint },
  at: { x: number; y: number },
): Colour {
  const { light, paint } = on;
  const spot = view.groundAt(at.x, at.y);
  if (spot && spot.z < paint.wallZ) {
    const depth = view.depthOf(spot, 0);
    const colour = paint.ground(
      spot.x,
      spot.z,
      (depth * depth) / (view.heightM * view.picture.width),
    );
    return throughAir(light, colour, depth);
  }
  const wall = view.wallAt({ xPx: at.x, yPx: at.y }, paint.wallZ);
  return throughAir(light, paint.wall(wall.x, Math.max(0, wall.y)), paint.wallZ);
}
