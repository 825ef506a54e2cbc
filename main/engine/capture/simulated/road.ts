/**
 * A street of two lanes each way that runs slantwise through the picture, with pavements on both sides.
 */
import type { BackdropPaint } from './backdrop.ts';
import { type Chance, hash, smoothNoise } from './chance.ts';
import type { Route } from './crowd.ts';
import { wallOf } from './facade.ts';
import { lamppost, lampPool, tree } from './furniture.ts';
import { type Light, lightOn } from './light.ts';
import { type Colour, lit, mixed, scaled } from './shapes.ts';
import type { Stage, SuggestedLine } from './stage.ts';
import type { Lane } from './traffic.ts';
import type { Spot } from './view.ts';

/** The middle of the street and the way it runs; `right` is towards the eye. */
const middle: Spot = { x: 1, z: 19.5 };
const heading: Spot = { x: 0.8, z: 0.6 };
const right: Spot = { x: 0.6, z: -0.8 };
const laneM = 3.3;
const halfRoadM = 2 * laneM + 0.3;
const wallZ = 52;
const countAtM = 2;
const lamps: readonly Spot[] = [at(-9, -9), at(12, -9), at(31, -9)];

const lines: readonly SuggestedLine[] = [
  {
    name: 'street',
    points: [
      { x: 0.34, y: 0.36 },
      { x: 0.74, y: 0.93 },
    ],
    labels: ['vehicle'],
  },
];

/** The street. */
export const road: Stage = {
  view: { heightM: 8.4, pitchSine: 0.35837, pitchCosine: 0.93358, focalShare: 0.875 },
  lines,
  lanes: [
    laneFrom(laneM * 1.5, 1),
    laneFrom(laneM * 0.5, 1),
    laneFrom(-laneM * 0.5, -1),
    laneFrom(-laneM * 1.5, -1),
  ],
  props: lamps.map((spot) => lamppost(spot, 6.4)),
  drawRoute,
  paint,
  scenery: (view, light) =>
    [at(-15, -13.5), at(-4, -14), at(7, -13.5), at(19, -14), at(33, -13.5)].flatMap((spot, i) =>
      tree(spot, { view, light, seed: i + 11 }),
    ),
  lampAt: (spot, light) => lampPool(lamps, spot, light),
  // Lanes hide each other from near to far whatever stands in them, because the eye is beside the street.
  nearness(actor, view) {
    const spot = 'spot' in actor ? actor.spot : actor;
    const across = (spot.x - middle.x) * right.x + (spot.z - middle.z) * right.z;
    const band = 'label' in actor && actor.label === 'vehicle' ? across : across < 0 ? -9 : 9;
    return Math.round(band * 4) * 1000 - view.depthOf(spot, 0);
  },
};

function at(along: number, across: number): Spot {
  return {
    x: middle.x + heading.x * along + right.x * across,
    z: middle.z + heading.z * along + right.z * across,
  };
}

function laneFrom(across: number, way: 1 | -1): Lane {
  const startM = way === 1 ? -24 : 50;
  return {
    from: at(startM, across),
    heading: way === 1 ? heading : { x: -heading.x, z: -heading.z },
    lengthM: 74,
    haltAtM: way === 1 ? countAtM - startM : startM - countAtM,
    // Elsewhere they would hide whole cars from the eye for as long as they go side by side.
    isForHeavy: across < -laneM,
  };
}

function drawRoute(chance: Chance): Route {
  const side = chance.is(0.5) ? 1 : -1;
  const across = side * chance.between(8.2, 10);
  const ends = [at(-26, across), at(side === 1 ? 30 : 44, across)] as const;
  const [from, to] = chance.is(0.5) ? ends : ([ends[1], ends[0]] as const);
  return { from, to, linger: at(chance.between(-6, 12), across) };
}

function paint(light: Light): BackdropPaint {
  const flat = lightOn(light, [0, 1, 0]);
  const wall = wallOf(light);

  return {
    wallZ,
    wall,
    ground(x, z, blurM) {
      const along = (x - middle.x) * heading.x + (z - middle.z) * heading.z;
      const across = (x - middle.x) * right.x + (z - middle.z) * right.z;
      const fine = Math.min(1, 0.08 / blurM);
      const colour =
        Math.abs(across) < halfRoadM
          ? asphalt({ along, across }, { x, z, fine })
          : beside({ along, across }, { x, z, fine });
      const lamp = lampPool(lamps, { x, z }, light);
      const wet = light.isWet ? 0.66 + 0.24 * smoothNoise(x * 0.5, z * 0.2 + 9) : 1;
      return scaled(
        lit(colour, [flat[0] + lamp * 1.05, flat[1] + lamp * 0.9, flat[2] + lamp * 0.62]),
        wet,
      );
    },
  };
}

interface Place {
  readonly x: number;
  readonly z: number;
  /** 1 near, towards 0 where detail is finer than a pixel */
  readonly fine: number;
}

function asphalt(on: { along: number; across: number }, place: Place): Colour {
  const { along, across } = on;
  const grain = (smoothNoise(place.x * 7, place.z * 7) - 0.5) * place.fine;
  const patch = smoothNoise(place.x * 0.3 + 70, place.z * 0.3) - 0.5;
  const inLane = Math.abs(across / laneM - Math.round(across / laneM));
  const wear = Math.abs(inLane - 0.28) < 0.1 ? 0.05 : 0;
  const tar = scaled([98, 99, 104], 1 + grain * 0.16 + patch * 0.14 - wear);
  const isMiddle = Math.abs(Math.abs(across) - 0.14) < 0.06;
  const isDash =
    Math.abs(Math.abs(across) - laneM) < 0.07 && along / 5 - Math.floor(along / 5) < 0.5;
  const isEdge = Math.abs(Math.abs(across) - 2 * laneM) < 0.06;
  return isMiddle || isDash || isEdge ? mixed(tar, [222, 220, 210], 0.8) : tar;
}

function beside(on: { along: number; across: number }, place: Place): Colour {
  const away = Math.abs(on.across) - halfRoadM;
  if (away < 0.22) return [176, 172, 166];
  if (away < 4.4) {
    const cell = hash(Math.floor(on.along / 0.9), Math.floor(on.across / 0.9));
    const stain = smoothNoise(place.x * 0.6, place.z * 0.6) - 0.5;
    return scaled([172, 164, 154], 0.97 + cell * 0.07 * place.fine + stain * 0.14);
  }
  const blades = (smoothNoise(place.x * 4, place.z * 4) - 0.5) * place.fine;
  const lawn = smoothNoise(place.x * 0.4, place.z * 0.4 + 30) - 0.5;
  return scaled([104, 132, 76], 1 + blades * 0.25 + lawn * 0.3);
}
