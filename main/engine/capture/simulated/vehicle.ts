/**
 * Draws a vehicle as a few prisms: each is a side view pulled across the width, seen with its hidden faces left out.
 *
 *        ____
 *    ___/    ＼___     cabin on body, glass set into the cabin's faces
 *   |_()______()__|
 */
import type { Vehicle } from './actors.ts';
import { cosineOf, sineOf } from './chance.ts';
import { type Light, lightOn, throughAir } from './light.ts';
import { type Colour, lit, type Polygon, scaled, type Shade, type Shape } from './shapes.ts';
import { type Plan, plans, type Prism } from './vehicle-plans.ts';
import type { View } from './view.ts';

const glass: Colour = [58, 72, 84];
const tyre: Colour = [30, 30, 32];

/** The solid shapes of a vehicle, far ones first. */
export function drawVehicle(
  vehicle: Vehicle,
  view: View,
  air: { light: Light; lamp: number },
): Shape[] {
  const plan = plans[vehicle.look.kind];
  const frame = frameOf(vehicle, view);
  const metres = view.depthOf(vehicle, 1);
  const painter = (colour: Colour, normal: readonly [number, number, number]) => {
    const light = lightOn(air.light, normal);
    return throughAir(
      air.light,
      lit(colour, [light[0] + air.lamp, light[1] + air.lamp, light[2] + air.lamp]),
      metres,
    );
  };
  const wheels = (left: 1 | -1): Shape[] =>
    plan.wheelsAt.flatMap((at) => wheelShapes(plan, { frame, at, left }, painter));
  const farSide = frame.leftIsFar ? 1 : -1;

  return [
    ...wheels(farSide),
    ...plan.prisms.flatMap((prism) => prismShapes(prism, { frame, vehicle }, painter)),
    ...wheels(farSide === 1 ? -1 : 1),
    ...lampShapes(vehicle, plan, { frame, light: air.light }),
  ];
}

/** The shadow under and beside a vehicle: the body's outline laid on the ground, softer outwards. */
export function shadeVehicle(vehicle: Vehicle, view: View, light: Light): Shape[] {
  const plan = plans[vehicle.look.kind];
  const frame = frameOf(vehicle, view);
  const half = plan.lengthM / 2;
  const shapes: Shape[] = [];
  const layers = [
    [1.12, 0.16],
    [1.04, 0.22],
    [0.96, 0.3],
  ] as const;
  for (const [grow, opacity] of layers) {
    shapes.push(
      hullOnGround(frame, [half * grow, plan.halfWidth * grow, 0], {
        x: 0,
        z: 0,
        opacity: opacity + 0.08,
      }),
    );
  }
  if (light.shadowDepth < 0.03) return shapes;
  const castM = plan.heightM * 0.85;
  for (const grow of [1.05, 0.97, 0.89]) {
    shapes.push(
      hullOnGround(frame, [half * grow, plan.halfWidth * grow, castM * grow], {
        x: light.shadow.x,
        z: light.shadow.z,
        opacity: light.shadowDepth * 0.36,
      }),
    );
  }
  return shapes;
}

/** Lamps throw light on the road at night. */
export function glowVehicle(vehicle: Vehicle, view: View, light: Light): Shade[] {
  if (light.darkness < 0.4) return [];
  const reach = plans[vehicle.look.kind].lengthM / 2;
  const at = (metres: number) =>
    view.project(
      { x: vehicle.x + vehicle.headingX * metres, z: vehicle.z + vehicle.headingZ * metres },
      0,
    );
  const near = at(reach + 0.8);
  const end = at(reach + 6);
  return [
    {
      kind: 'shade',
      ax: near.x,
      ay: near.y,
      ar: 0.9 * near.scale,
      bx: end.x,
      by: end.y,
      br: 2 * end.scale,
      squash: 0.4,
      factor: 1 + 1.1 * light.darkness,
    },
  ];
}

interface Frame {
  readonly vehicle: Vehicle;
  readonly view: View;
  readonly leftIsFar: boolean;
}
type Painter = (colour: Colour, normal: readonly [number, number, number]) => Colour;

function frameOf(vehicle: Vehicle, view: View): Frame {
  // Left of the heading is (−headingZ, headingX); it is the far side when it points away from the eye.
  const leftAway = -vehicle.headingZ * vehicle.x + vehicle.headingX * vehicle.z;
  return { vehicle, view, leftIsFar: leftAway > 0 };
}

function place(frame: Frame, at: readonly [forward: number, left: number, up: number]) {
  const { vehicle, view } = frame;
  return view.project(
    {
      x: vehicle.x + vehicle.headingX * at[0] - vehicle.headingZ * at[1],
      z: vehicle.z + vehicle.headingZ * at[0] + vehicle.headingX * at[1],
    },
    at[2],
  );
}

function prismShapes(
  prism: Prism,
  on: { frame: Frame; vehicle: Vehicle },
  painter: Painter,
): Shape[] {
  const { frame, vehicle } = on;
  const { headingX: hx, headingZ: hz } = vehicle;
  const base =
    prism.surface === 'trim' && vehicle.look.kind !== 'van'
      ? vehicle.look.trim
      : vehicle.look.paint;
  const faces: Shape[] = [];
  const count = prism.profile.length;

  for (let i = 0; i < count; i++) {
    const a = prism.profile[i] ?? [0, 0];
    const b = prism.profile[(i + 1) % count] ?? [0, 0];
    const corners = [
      [a[0], prism.halfWidth, a[1]],
      [b[0], prism.halfWidth, b[1]],
      [b[0], -prism.halfWidth, b[1]],
      [a[0], -prism.halfWidth, a[1]],
    ] as const;
    const points = corners.flatMap((corner) => flat(place(frame, corner)));
    const ahead = b[0] - a[0];
    const rise = b[1] - a[1];
    const length = Math.sqrt(ahead * ahead + rise * rise);
    const forward = rise / length;
    const up = -ahead / length;
    const towardsEye =
      -forward * (hx * vehicle.x + hz * vehicle.z + a[0]) + up * (frame.view.heightM - a[1]);
    if (towardsEye <= 0) continue;
    const colour = painter(base, [hx * forward, up, hz * forward]);
    faces.push(polygon(points, colour));
    if (prism.surface === 'cabin' && up < 0.93 && up > -0.5) {
      faces.push(polygon(inset(points, 0.84), painter(glass, [hx * forward, 0.6, hz * forward])));
    }
  }
  const left = frame.leftIsFar ? -1 : 1;
  const side = prism.profile.flatMap(([forward, up]) =>
    flat(place(frame, [forward, left * prism.halfWidth, up])),
  );
  const normal = [-hz * left, 0, hx * left] as const;
  faces.push(polygon(side, painter(base, normal)));
  if (prism.surface === 'cabin') {
    faces.push(polygon(inset(side, 0.83), painter(glass, normal)));
  }
  return faces;
}

function wheelShapes(
  plan: Plan,
  on: { frame: Frame; at: number; left: 1 | -1 },
  painter: Painter,
): Shape[] {
  const ring = (radius: number) => {
    const points: number[] = [];
    for (let i = 0; i < 14; i++) {
      points.push(
        ...flat(
          place(on.frame, [
            on.at + radius * cosineOf(i / 14),
            on.left * (plan.halfWidth + 0.01),
            plan.wheelRadius + radius * sineOf(i / 14),
          ]),
        ),
      );
    }
    return points;
  };
  const normal = [0, 0.3, -0.9] as const;
  return [
    polygon(ring(plan.wheelRadius), painter(tyre, normal)),
    polygon(ring(plan.wheelRadius * 0.55), painter([150, 152, 156], normal)),
  ];
}

function lampShapes(vehicle: Vehicle, plan: Plan, on: { frame: Frame; light: Light }): Shape[] {
  const away = vehicle.headingX * vehicle.x + vehicle.headingZ * vehicle.z;
  const isComing = away < 0;
  // An end is seen only from beyond its own plane.
  if (Math.abs(away) < plan.lengthM / 2) return [];
  const night = on.light.darkness;
  const day: Colour = isComing ? [214, 214, 206] : [138, 34, 30];
  const bright: Colour = isComing ? [255, 250, 224] : [255, 62, 48];
  const colour: Colour = night > 0.4 ? bright : scaled(day, 0.8);
  const end = (isComing ? 1 : -1) * (plan.lengthM / 2);
  const grow = night > 0.4 ? 0.16 : 0.1;
  return [-0.72, 0.72].map((share) => {
    const at = place(on.frame, [end, share * plan.halfWidth, 0.68]);
    const radius = grow * at.scale;
    return {
      kind: 'capsule',
      ax: at.x - radius * 0.5,
      ay: at.y,
      ar: radius,
      bx: at.x + radius * 0.5,
      by: at.y,
      br: radius,
      colour,
    };
  });
}

/** Outline on the ground of a box, its top moved by the shadow of its height. */
function hullOnGround(
  frame: Frame,
  [half, halfWidth, heightM]: readonly [number, number, number],
  shadow: { x: number; z: number; opacity: number },
): Polygon {
  const { vehicle, view } = frame;
  const spots: { x: number; y: number }[] = [];
  for (const forward of [-half, half]) {
    for (const left of [-halfWidth, halfWidth]) {
      const x = vehicle.x + vehicle.headingX * forward - vehicle.headingZ * left;
      const z = vehicle.z + vehicle.headingZ * forward + vehicle.headingX * left;
      spots.push(view.project({ x, z }, 0));
      if (heightM > 0) {
        spots.push(view.project({ x: x + shadow.x * heightM, z: z + shadow.z * heightM }, 0));
      }
    }
  }
  return {
    kind: 'polygon',
    points: convexHull(spots),
    colour: [16, 18, 26],
    opacity: shadow.opacity,
  };
}

/** Andrew's monotone chain. */
function convexHull(spots: readonly { x: number; y: number }[]): number[] {
  const sorted = [...spots].sort((a, b) => a.x - b.x || a.y - b.y);
  const half = (order: readonly { x: number; y: number }[]) => {
    const chain: { x: number; y: number }[] = [];
    for (const spot of order) {
      for (;;) {
        const b = chain.at(-1);
        const a = chain.at(-2);
        if (!a || !b || (b.x - a.x) * (spot.y - a.y) - (b.y - a.y) * (spot.x - a.x) > 0) break;
        chain.pop();
      }
      chain.push(spot);
    }
    chain.pop();
    return chain;
  };
  return [...half(sorted), ...half(sorted.reverse())].flatMap((spot) => [spot.x, spot.y]);
}

function polygon(points: readonly number[], colour: Colour): Polygon {
  return { kind: 'polygon', points, colour, opacity: 1 };
}

function flat(point: { x: number; y: number }): [number, number] {
  return [point.x, point.y];
}

function inset(points: readonly number[], share: number): number[] {
  let x = 0;
  let y = 0;
  const count = points.length / 2;
  for (let i = 0; i + 1 < points.length; i += 2) {
    x += (points[i] ?? 0) / count;
    y += (points[i + 1] ?? 0) / count;
  }
  return points.map((value, i) =>
    i % 2 === 0 ? x + (value - x) * share : y + (value - y) * share,
  );
}
