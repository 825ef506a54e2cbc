/**
 * Sun, sky and lamps: what the hour of the day and the weather do to colours and shadows.
 */
import { clamp, cosineOf, sineOf } from './chance.ts';
import type { Modelling } from './raster.ts';
import { type Colour, mixed, scaled } from './shapes.ts';

export interface Light {
  /** What every surface gets from the sky, per channel */
  readonly sky: Colour;
  /** What a surface that faces the sun gets beside it */
  readonly sun: Colour;
  /** Unit vector towards the sun: right, up, away */
  readonly toSun: readonly [number, number, number];
  /** Where the shadow of a point one metre high falls, metres right and away */
  readonly shadow: { readonly x: number; readonly z: number };
  /** How dark a shadow is: 0 none, 1 black */
  readonly shadowDepth: number;
  /** 0 by day, 1 at night */
  readonly darkness: number;
  /** Colour of the far distance and how fast it is reached, per metre */
  readonly haze: { readonly colour: Colour; readonly perMetre: number };
  readonly isWet: boolean;
  readonly modelling: Modelling;
}

const sunrise = 6;
const dayHours = 14;
const longestShadow = 2.4;

/** The light at an hour 0…24 (fractions count). */
export function lightAt(hour: number, isRaining: boolean): Light {
  const day = (hour - sunrise) / dayHours;
  const height = day > 0 && day < 1 ? sineOf(day / 2) : 0;
  const toSun = unit([-cosineOf(clamp(day, 0, 1) / 2), 0.2 + 0.95 * height, -0.5]);
  const darkness = clamp(1 - height * 5, 0, 1);
  const direct = isRaining ? 0.08 : clamp(height * 3, 0, 1) * 0.62;
  const warmth: Colour = mixed([1.08, 0.82, 0.58], [1, 0.97, 0.9], clamp(height * 1.6, 0, 1));
  const dayKey = isRaining ? 0.68 : 0.52 + 0.06 * height;
  const sky = mixed([dayKey * 0.97, dayKey, dayKey * 1.06], [0.27, 0.3, 0.42], darkness);
  const flat = Math.sqrt(toSun[0] * toSun[0] + toSun[2] * toSun[2]);
  const reach = Math.min(longestShadow, flat / toSun[1]);

  return {
    sky,
    sun: scaled(warmth, direct * (1 - darkness)),
    toSun,
    shadow: { x: (-toSun[0] / flat) * reach, z: (-toSun[2] / flat) * reach },
    shadowDepth: direct * (1 - darkness) * 0.78,
    darkness,
    haze: {
      colour: mixed(isRaining ? [150, 156, 160] : [196, 208, 220], [24, 28, 44], darkness),
      perMetre: isRaining ? 0.009 : 0.0032,
    },
    isWet: isRaining,
    modelling: {
      x: clamp(toSun[0], -1, 1) * (0.1 + 0.25 * direct),
      y: -0.12,
    },
  };
}

/** Light on a surface with this normal (right, up, away), per channel. */
export function lightOn(light: Light, normal: readonly [number, number, number]): Colour {
  const { sky, sun, toSun } = light;
  const facing = Math.max(0, normal[0] * toSun[0] + normal[1] * toSun[1] + normal[2] * toSun[2]);
  const open = 0.78 + 0.22 * normal[1];
  return [
    sky[0] * open + sun[0] * facing,
    sky[1] * open + sun[1] * facing,
    sky[2] * open + sun[2] * facing,
  ];
}

/** A colour as it is seen through the air at a distance. */
export function throughAir(light: Light, colour: Colour, metres: number): Colour {
  const share = metres * light.haze.perMetre;
  return mixed(colour, light.haze.colour, share / (1 + share));
}

function unit(v: readonly [number, number, number]): [number, number, number] {
  const length = Math.sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]);
  return [v[0] / length, v[1] / length, v[2] / length];
}
