/**
 * How people and vehicles are dressed: drawn by chance from small wardrobes.
 */
import type { PersonLook, VehicleKind, VehicleLook } from './actors.ts';
import type { Chance } from './chance.ts';
import { type Colour, mixed, scaled } from './shapes.ts';

const skins: readonly [Colour, ...Colour[]] = [
  [238, 200, 172],
  [224, 178, 146],
  [198, 148, 112],
  [160, 112, 80],
  [118, 80, 58],
  [88, 60, 46],
];
const hairs: readonly [Colour, ...Colour[]] = [
  [38, 30, 26],
  [74, 52, 36],
  [122, 86, 52],
  [188, 150, 98],
  [150, 148, 146],
  [120, 54, 34],
];
const tops: readonly [Colour, ...Colour[]] = [
  [196, 62, 54],
  [52, 92, 150],
  [232, 228, 218],
  [46, 50, 58],
  [92, 128, 84],
  [226, 170, 64],
  [132, 84, 130],
  [96, 150, 168],
  [170, 126, 92],
  [120, 124, 130],
  [214, 132, 124],
  [28, 34, 52],
];
const bottoms: readonly [Colour, ...Colour[]] = [
  [48, 58, 84],
  [34, 36, 42],
  [112, 102, 88],
  [84, 98, 120],
  [70, 62, 54],
  [150, 142, 126],
  [96, 48, 52],
];
const paints: readonly [Colour, ...Colour[]] = [
  [232, 232, 230],
  [44, 46, 50],
  [150, 154, 158],
  [176, 44, 40],
  [44, 76, 128],
  [96, 104, 96],
  [206, 174, 92],
  [70, 120, 128],
  [116, 84, 64],
  [222, 120, 52],
];

/** One person's body and clothes. */
export function dressPerson(chance: Chance): PersonLook {
  const isChild = chance.is(0.08);
  const heightM = isChild ? chance.between(1.18, 1.42) : chance.between(1.54, 1.93);
  return {
    heightM,
    build: chance.between(0.86, 1.18),
    skin: vary(chance.pick(skins), chance),
    hair: vary(chance.pick(hairs), chance),
    top: vary(chance.pick(tops), chance),
    bottom: vary(chance.pick(bottoms), chance),
    shoes: chance.is(0.3) ? [214, 212, 206] : [40, 36, 34],
    hasSkirt: chance.is(0.14),
    hasCoat: chance.is(0.22),
    hasHat: chance.is(0.14),
    bag: chance.is(0.22) ? 'backpack' : chance.is(0.16) ? 'handbag' : 'none',
    bagColour: vary(chance.pick(bottoms), chance),
  };
}

/** One vehicle's body and paint; heavy ones only where the lane is for them. */
export function paintVehicle(chance: Chance, isForHeavy: boolean): VehicleLook {
  const draw = chance.next() * (isForHeavy ? 1 : 0.7);
  const kind: VehicleKind =
    draw < 0.3
      ? 'saloon'
      : draw < 0.57
        ? 'hatchback'
        : draw < 0.7
          ? 'van'
          : draw < 0.9
            ? 'truck'
            : 'bus';
  return {
    kind,
    paint: vary(chance.pick(paints), chance),
    trim: vary(chance.pick(paints), chance),
  };
}

function vary(colour: Colour, chance: Chance): Colour {
  const tint: Colour = [chance.between(0, 255), chance.between(0, 255), chance.between(0, 255)];
  return scaled(mixed(colour, tint, 0.07), chance.between(0.86, 1.12));
}
