/**
 * Things that stand in a street: trees and lampposts, and the pools of light below the lamps.
 */
import { hash } from './chance.ts';
import { type Light, lightOn, throughAir } from './light.ts';
import { type Colour, lit, scaled, type Shape } from './shapes.ts';
import type { Prop } from './stage.ts';
import type { Spot, View } from './view.ts';

const poolM = 5.2;

/** Light of the lamps on the ground or on somebody here, 0…1. */
export function lampPool(lamps: readonly Spot[], spot: Spot, light: Light): number {
  if (light.darkness < 0.05) return 0;
  let sum = 0;
  for (const lamp of lamps) {
    const dx = spot.x - lamp.x;
    const dz = spot.z - lamp.z;
    const away = (dx * dx + dz * dz) / (poolM * poolM);
    if (away < 1) sum += (1 - away) * (1 - away);
  }
  return Math.min(0.75, sum * 0.62) * light.darkness;
}

/** A tree as a trunk and a heap of round leaves. */
export function tree(spot: Spot, on: { view: View; light: Light; seed: number }): Shape[] {
  const { view, light, seed } = on;
  const depth = view.depthOf(spot, 2);
  const seen = (colour: Colour, normal: readonly [number, number, number]) =>
    throughAir(light, lit(colour, lightOn(light, normal)), depth);
  const foot = view.project(spot, 0);
  const fork = view.project(spot, 2.4);
  const shapes: Shape[] = [
    {
      kind: 'capsule',
      ax: foot.x,
      ay: foot.y,
      ar: 0.17 * foot.scale,
      bx: fork.x,
      by: fork.y,
      br: 0.12 * fork.scale,
      colour: seen([96, 74, 56], [0, 0.3, -0.9]),
    },
  ];
  for (let i = 0; i < 46; i++) {
    const across = hash(i, seed * 5 + 1) * 2 - 1;
    const rise = i / 46;
    const reach = 1.75 * (1 - 0.5 * rise);
    const at = view.project(
      { x: spot.x + across * reach, z: spot.z },
      2.3 + rise * 2.5 + hash(i, seed * 5 + 2) * 0.5,
    );
    const shade = 0.72 + 0.5 * rise + 0.16 * hash(i, seed * 5 + 3);
    const radius = (0.42 + 0.28 * hash(i, seed * 5 + 4)) * at.scale;
    shapes.push({
      kind: 'capsule',
      ax: at.x,
      ay: at.y,
      ar: radius,
      bx: at.x,
      by: at.y,
      br: radius,
      colour: seen(scaled([84, 122, 66], shade), [0, 0.7, -0.6]),
    });
  }
  return shapes;
}

/** A lamppost, with its lamp burning in the dark. */
export function lamppost(spot: Spot, heightM: number): Prop {
  return {
    spot,
    shapes(view, light) {
      const foot = view.project(spot, 0);
      const top = view.project(spot, heightM);
      const depth = view.depthOf(spot, 2);
      const iron = throughAir(light, lit([64, 70, 72], lightOn(light, [0, 0.2, -0.9])), depth);
      const glass: Colour = light.darkness > 0.3 ? [255, 236, 188] : [206, 208, 204];
      const bulb = 0.2 * top.scale;
      return [
        {
          kind: 'capsule',
          ax: foot.x,
          ay: foot.y,
          ar: 0.085 * foot.scale,
          bx: top.x,
          by: top.y,
          br: 0.05 * top.scale,
          colour: iron,
        },
        {
          kind: 'capsule',
          ax: top.x,
          ay: top.y - bulb * 0.6,
          ar: bulb,
          bx: top.x,
          by: top.y + bulb * 0.2,
          br: bulb * 0.8,
          colour: glass,
        },
      ];
    },
  };
}
