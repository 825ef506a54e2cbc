/**
 * The eye of the scene: from metres on the ground to pixels of the picture and back.
 *
 *   eye ●                up is y, right is x, away is z; the eye stands at x = z = 0,
 *       │ ＼ pitch       `heightM` above the ground, and looks down by `pitch`
 *   ────┴────＼──────▶ z
 */
import type { Size } from '#contract/geometry.ts';

export interface Spot {
  /** Metres to the right of the eye */
  readonly x: number;
  /** Metres away from the eye, along the ground */
  readonly z: number;
}

export interface Projected {
  /** Pixels from the left */
  readonly x: number;
  /** Pixels from the top */
  readonly y: number;
  /** Pixels per metre at this distance */
  readonly scale: number;
}

export interface ViewOptions {
  readonly heightM: number;
  readonly pitchSine: number;
  readonly pitchCosine: number;
  /** Focal length as a share of the picture's width */
  readonly focalShare: number;
}

export interface View {
  readonly picture: Size;
  readonly heightM: number;
  /** Where a point `y` metres above the ground is seen. */
  project(spot: Spot, y: number): Projected;
  /** How far the spot is along the optical axis, metres. */
  depthOf(spot: Spot, y: number): number;
  /** The spot on the ground under a pixel; null above the horizon. */
  groundAt(xPx: number, yPx: number): Spot | null;
  /** The point of the upright plane at distance `z` under a pixel: x and height, metres. */
  wallAt(
    pixel: { readonly xPx: number; readonly yPx: number },
    z: number,
  ): { x: number; y: number };
}

const nearestM = 0.5;

/** A pinhole eye without roll. */
export function createView(picture: Size, options: ViewOptions): View {
  const { heightM, pitchSine: sine, pitchCosine: cosine } = options;
  const focalPx = picture.width * options.focalShare;
  const centreX = picture.width / 2;
  const centreY = picture.height / 2;
  const depthOf = (spot: Spot, y: number) => spot.z * cosine - (y - heightM) * sine;

  return {
    picture,
    heightM,
    depthOf,
    project(spot, y) {
      const scale = focalPx / Math.max(nearestM, depthOf(spot, y));
      const up = (y - heightM) * cosine + spot.z * sine;
      return { x: centreX + spot.x * scale, y: centreY - up * scale, scale };
    },
    groundAt(xPx, yPx) {
      const up = (centreY - yPx) / focalPx;
      const fall = sine - up * cosine;
      if (fall <= 1e-4) return null;
      const depth = heightM / fall;
      return { x: ((xPx - centreX) / focalPx) * depth, z: depth * (cosine + up * sine) };
    },
    wallAt({ xPx, yPx }, z) {
      const up = (centreY - yPx) / focalPx;
      const depth = z / (cosine + up * sine);
      return { x: ((xPx - centreX) / focalPx) * depth, y: heightM + depth * (up * cosine - sine) };
    },
  };
}
