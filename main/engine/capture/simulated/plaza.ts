/**
 * A paved square before a row of shops: people cross it from side to side and from the doors to the street.
 */
import type { BackdropPaint } from './backdrop.ts';
import { type Chance, clamp, hash, smoothNoise } from './chance.ts';
import type { Route } from './crowd.ts';
import { wallOf } from './facade.ts';
import { lamppost, lampPool, tree } from './furniture.ts';
import { type Light, lightOn } from './light.ts';
import { type Colour, lit, mixed, scaled } from './shapes.ts';
import type { Stage, SuggestedLine } from './stage.ts';
import type { Spot, View } from './view.ts';

const wallZ = 26;
const lamps: readonly Spot[] = [
  { x: -6.2, z: 17.5 },
  { x: 6.6, z: 20.5 },
];
const trees: readonly Spot[] = [
  { x: -11.5, z: 24.8 },
  { x: -4.2, z: 25.1 },
  { x: 5.4, z: 25.1 },
  { x: 12.6, z: 24.8 },
];
/** Between left and right, upright in the middle of the picture. */
const across: SuggestedLine = {
  name: 'across',
  // It ends well above the lower edge, where feet are out of the picture.
  points: [
    { x: 0.5, y: 0.9 },
    { x: 0.5, y: 0.4 },
  ],
  labels: ['person'],
};
/** Between the square and the street on this side of it. */
const gate: SuggestedLine = {
  name: 'gate',
  points: [
    { x: 0.02, y: 0.88 },
    { x: 0.98, y: 0.88 },
  ],
  labels: ['person'],
};
const slab = 1.1;

/** The square. */
export const plaza: Stage = {
  view: { heightM: 7.2, pitchSine: 0.29237, pitchCosine: 0.9563, focalShare: 0.875 },
  lines: [across, gate],
  lanes: [],
  props: lamps.map((spot) => lamppost(spot, 5.2)),
  drawRoute,
  paint,
  scenery: (view, light) => trees.flatMap((spot, i) => tree(spot, { view, light, seed: i })),
  lampAt: (spot, light) => lampPool(lamps, spot, light),
  nearness: (actor, view) => -view.depthOf('spot' in actor ? actor.spot : actor, 0),
};

function drawRoute(chance: Chance, view: View): Route {
  const draw = chance.next();
  const edgeAt = (z: number) => (view.depthOf({ x: 0, z }, 0) * 0.5) / 0.875 + 1.6;
  let from: Spot;
  let to: Spot;
  const isSideways = draw < 0.62;
  if (isSideways) {
    const z = chance.between(13.8, 22);
    const otherZ = clamp(z + chance.between(-3, 3), 13.8, 22);
    from = { x: -edgeAt(z), z };
    to = { x: edgeAt(otherZ), z: otherZ };
  } else {
    from = { x: chance.between(-9.5, 9.5), z: 24.4 };
    to = { x: chance.between(-5, 5), z: 7.4 };
  }
  if (chance.is(0.5)) [from, to] = [to, from];
  const line = isSideways || chance.is(0.5) ? across : gate;
  return { from, to, linger: lingerOn(chance, view, { from, to, line }) };
}

/** A place near one of the lines, not far off the way. */
function lingerOn(
  chance: Chance,
  view: View,
  way: { from: Spot; to: Spot; line: SuggestedLine },
): Spot {
  const share = chance.between(0.35, 0.65);
  const middle: Spot = {
    x: way.from.x + (way.to.x - way.from.x) * share,
    z: way.from.z + (way.to.z - way.from.z) * share,
  };
  const [a, b] = way.line.points;
  const seen = view.project(middle, 0);
  const { width, height } = view.picture;
  const isUpright = Math.abs(a.x - b.x) < Math.abs(a.y - b.y);
  const target = isUpright ? { x: a.x * width, y: seen.y } : { x: seen.x, y: a.y * height };
  const onLine = view.groundAt(target.x, target.y) ?? middle;
  const near = Math.abs(onLine.x - middle.x) + Math.abs(onLine.z - middle.z) < 4;
  return near
    ? { x: onLine.x + chance.between(-0.7, 0.7), z: onLine.z + chance.between(-0.7, 0.7) }
    : middle;
}

function paint(light: Light): BackdropPaint {
  const flat = lightOn(light, [0, 1, 0]);
  const wall = wallOf(light);

  return {
    wallZ,
    wall,
    ground(x, z, blurM) {
      const column = Math.floor(x / slab);
      const row = Math.floor(z / slab);
      const isBand = row % 5 === 0 || column % 6 === 0;
      const inner = Math.min(edgeOf(x), edgeOf(z)) * slab;
      const joint =
        Math.max(0, 1 - inner / Math.max(0.035, blurM)) * Math.min(1, 0.05 / blurM) * 0.3;
      const stain = smoothNoise(x * 0.35 + 40, z * 0.35) - 0.5;
      const grain = (smoothNoise(x * 5, z * 5) - 0.5) * Math.min(1, 0.08 / blurM);
      const base: Colour = isBand ? [146, 136, 128] : [184, 175, 162];
      const tint = 1 + (hash(column, row) - 0.5) * 0.09 + stain * 0.16 + grain * 0.1 - joint;
      const stone = scaled(base, tint);
      const curb = z > wallZ - 1.4 ? mixed(stone, [120, 116, 112], 0.7) : stone;
      const shadow = treeShadow(x, z, light);
      const lamp = lampPool(lamps, { x, z }, light);
      const wet = light.isWet ? 0.72 + 0.2 * smoothNoise(x * 0.5, z * 0.2 + 9) : 1;
      const full: Colour = [
        flat[0] - light.sun[0] * light.toSun[1] * shadow + lamp * 1.05,
        flat[1] - light.sun[1] * light.toSun[1] * shadow + lamp * 0.9,
        flat[2] - light.sun[2] * light.toSun[1] * shadow + lamp * 0.62,
      ];
      return scaled(lit(curb, full), wet);
    },
  };
}

/** 0 … 1: how much the crowns of the trees keep off the sun. */
function treeShadow(x: number, z: number, light: Light): number {
  let shade = 0;
  for (const spot of trees) {
    const dx = x - spot.x - light.shadow.x * 3.4;
    const dz = z - spot.z - light.shadow.z * 3.4;
    const reach = 1.9 + 0.5 * smoothNoise(x * 1.6, z * 1.6);
    const away = (dx * dx + dz * dz * 0.8) / (reach * reach);
    if (away < 1) shade = Math.max(shade, Math.min(1, (1 - away) * 2.4));
  }
  return shade * 0.8;
}

function edgeOf(metres: number): number {
  const part = metres / slab - Math.floor(metres / slab);
  return Math.min(part, 1 - part);
}
