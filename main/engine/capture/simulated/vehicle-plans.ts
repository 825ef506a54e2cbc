/**
 * The builds of vehicles: prisms by their side view, wheels and sizes, in metres.
 */
import type { VehicleKind } from './actors.ts';

/** Side view of one prism: metres forward of the middle and metres up, anticlockwise seen from its right. */
export interface Prism {
  readonly profile: readonly (readonly [forward: number, up: number])[];
  readonly halfWidth: number;
  readonly surface: 'paint' | 'cabin' | 'trim';
}

export interface Plan {
  readonly lengthM: number;
  readonly heightM: number;
  readonly halfWidth: number;
  readonly wheelsAt: readonly number[];
  readonly wheelRadius: number;
  readonly prisms: readonly Prism[];
}

/** What each kind of vehicle is built of. */
export const plans: Record<VehicleKind, Plan> = {
  hatchback: {
    lengthM: 4,
    heightM: 1.48,
    halfWidth: 0.86,
    wheelsAt: [1.22, -1.24],
    wheelRadius: 0.31,
    prisms: [
      {
        profile: [
          [-2, 0.24],
          [2, 0.24],
          [2, 0.66],
          [1.75, 0.84],
          [0.9, 0.94],
          [-2, 0.96],
        ],
        halfWidth: 0.86,
        surface: 'paint',
      },
      {
        profile: [
          [-1.95, 0.94],
          [1, 0.94],
          [0.25, 1.46],
          [-1.5, 1.48],
        ],
        halfWidth: 0.74,
        surface: 'cabin',
      },
    ],
  },
  saloon: {
    lengthM: 4.6,
    heightM: 1.44,
    halfWidth: 0.9,
    wheelsAt: [1.4, -1.38],
    wheelRadius: 0.32,
    prisms: [
      {
        profile: [
          [-2.3, 0.24],
          [2.3, 0.24],
          [2.3, 0.64],
          [2, 0.8],
          [1, 0.92],
          [-2.2, 0.96],
        ],
        halfWidth: 0.9,
        surface: 'paint',
      },
      {
        profile: [
          [-1.7, 0.93],
          [1.1, 0.91],
          [0.35, 1.42],
          [-0.95, 1.44],
        ],
        halfWidth: 0.76,
        surface: 'cabin',
      },
    ],
  },
  van: {
    lengthM: 5.2,
    heightM: 2.2,
    halfWidth: 0.98,
    wheelsAt: [1.7, -1.5],
    wheelRadius: 0.35,
    prisms: [
      {
        profile: [
          [-2.6, 0.3],
          [2.6, 0.3],
          [2.6, 0.8],
          [2.3, 1.12],
          [-2.6, 1.16],
        ],
        halfWidth: 0.98,
        surface: 'paint',
      },
      {
        profile: [
          [-2.6, 1.14],
          [2.3, 1.1],
          [1.6, 2.1],
          [1.2, 2.2],
          [-2.55, 2.2],
        ],
        halfWidth: 0.93,
        surface: 'trim',
      },
      {
        profile: [
          [0.65, 1.2],
          [2.26, 1.15],
          [1.66, 2],
          [0.65, 2.02],
        ],
        halfWidth: 0.94,
        surface: 'cabin',
      },
    ],
  },
  truck: {
    lengthM: 7.6,
    heightM: 3,
    halfWidth: 1.15,
    wheelsAt: [2.7, -1.2, -2.4],
    wheelRadius: 0.46,
    prisms: [
      {
        profile: [
          [-3.8, 0.5],
          [3.6, 0.5],
          [3.6, 0.9],
          [-3.8, 0.95],
        ],
        halfWidth: 1.05,
        surface: 'trim',
      },
      {
        profile: [
          [1.9, 0.6],
          [3.8, 0.6],
          [3.8, 1.5],
          [1.9, 1.5],
        ],
        halfWidth: 1.12,
        surface: 'paint',
      },
      {
        profile: [
          [1.9, 1.48],
          [3.78, 1.48],
          [3.55, 2.4],
          [1.9, 2.45],
        ],
        halfWidth: 1.1,
        surface: 'cabin',
      },
      {
        profile: [
          [-3.8, 0.95],
          [1.7, 0.95],
          [1.7, 3],
          [-3.8, 3],
        ],
        halfWidth: 1.15,
        surface: 'trim',
      },
    ],
  },
  bus: {
    lengthM: 9.5,
    heightM: 2.95,
    halfWidth: 1.22,
    wheelsAt: [3.1, -2.6],
    wheelRadius: 0.48,
    prisms: [
      {
        profile: [
          [-4.75, 0.35],
          [4.75, 0.35],
          [4.75, 1.35],
          [-4.75, 1.35],
        ],
        halfWidth: 1.22,
        surface: 'paint',
      },
      {
        profile: [
          [-4.72, 1.33],
          [4.73, 1.33],
          [4.55, 2.7],
          [-4.65, 2.7],
        ],
        halfWidth: 1.2,
        surface: 'cabin',
      },
      {
        profile: [
          [-4.6, 2.68],
          [4.5, 2.68],
          [4.4, 2.95],
          [-4.5, 2.95],
        ],
        halfWidth: 1.18,
        surface: 'paint',
      },
    ],
  },
};

/** Length of a kind of vehicle, metres. */
export function vehicleLengthM(kind: VehicleKind): number {
  return plans[kind].lengthM;
}
