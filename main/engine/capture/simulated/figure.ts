/**
 * Draws a person from the bones up: where each limb is in the gait, as capsules on the picture.
 *
 *      ●        head
 *     /█＼      arms swing against the legs
 *      █        trunk
 *     / ＼      one cycle of the gait is two steps
 */
import type { Person } from './actors.ts';
import { clamp, cosineOf, sineOf } from './chance.ts';
import { type Light, lightOn, throughAir } from './light.ts';
import { type Capsule, type Colour, lit, scaled, type Shade, type Shape } from './shapes.ts';
import type { View } from './view.ts';

/** A point of the body: metres forward, to its left, up. */
type Joint = readonly [forward: number, left: number, up: number];

/** The solid shapes of a person, far ones first. `lamp` is light beside sun and sky, 0…1. */
export function drawPerson(
  person: Person,
  view: View,
  air: { light: Light; lamp: number },
): Shape[] {
  const { look, headingX, headingZ } = person;
  const h = look.heightM;
  const wide = look.build * h;
  const depth = view.depthOf(person, h / 2);
  const brightness = lightOn(air.light, [0, 0.55, -0.83]).map((c) => c + air.lamp);
  const level: Colour = [brightness[0] ?? 1, brightness[1] ?? 1, brightness[2] ?? 1];
  const seen = (colour: Colour) => throughAir(air.light, lit(colour, level), depth);

  const place = ([forward, left, up]: Joint) =>
    view.project(
      {
        x: person.x + headingX * forward - headingZ * left,
        z: person.z + headingZ * forward + headingX * left,
      },
      up,
    );
  function limb(
    [from, to]: readonly [Joint, Joint],
    radii: readonly [number, number],
    colour: Colour,
  ): Capsule {
    const a = place(from);
    const b = place(to);
    return {
      kind: 'capsule',
      ax: a.x,
      ay: a.y,
      ar: radii[0] * a.scale,
      bx: b.x,
      by: b.y,
      br: radii[1] * b.scale,
      colour,
    };
  }

  const vigour = clamp(person.speed / 1.1, 0, 1.25);
  const cycle = person.gone / (0.82 * h);
  const bob = 0.012 * h * vigour * cosineOf(2 * cycle);
  const trouser = seen(look.bottom);
  const top = seen(look.top);
  const skin = seen(look.skin);

  function leg(side: 1 | -1): Shape[] {
    const swing = sineOf(cycle + (side === 1 ? 0 : 0.5)) * 0.072 * vigour;
    const bend = Math.max(0, cosineOf(cycle + (side === 1 ? 0 : 0.5))) * 0.12 * vigour;
    const hip: Joint = [0, side * 0.052 * wide, 0.52 * h + bob];
    const knee: Joint = [
      0.25 * h * sineOf(swing),
      side * 0.05 * wide,
      hip[2] - 0.25 * h * cosineOf(swing),
    ];
    const ankle: Joint = [
      knee[0] + 0.245 * h * sineOf(swing - bend),
      side * 0.045 * wide,
      Math.max(0.03 * h, knee[2] - 0.235 * h * cosineOf(swing - bend)),
    ];
    const toe: Joint = [ankle[0] + 0.085 * h, ankle[1], Math.max(0.018 * h, ankle[2] - 0.012 * h)];
    const thigh = look.hasSkirt ? skin : trouser;
    return [
      limb([ankle, toe], [0.026 * h, 0.02 * h], seen(look.shoes)),
      limb(
        [knee, ankle],
        [0.036 * wide, 0.026 * wide],
        look.hasSkirt ? skin : scaled(trouser, 0.94),
      ),
      limb([hip, knee], [0.052 * wide, 0.038 * wide], thigh),
    ];
  }

  function arm(side: 1 | -1): Shape[] {
    const swing = sineOf(cycle + (side === 1 ? 0.5 : 0)) * 0.062 * vigour;
    const shoulder: Joint = [0, side * 0.112 * wide, 0.8 * h + bob];
    const elbow: Joint = [
      0.17 * h * sineOf(swing),
      side * 0.128 * wide,
      shoulder[2] - 0.17 * h * cosineOf(swing),
    ];
    const bend = 0.03 + 0.03 * vigour;
    const hand: Joint = [
      elbow[0] + 0.15 * h * sineOf(swing + bend),
      side * 0.12 * wide,
      elbow[2] - 0.15 * h * cosineOf(swing + bend),
    ];
    return [
      limb([hand, hand], [0.024 * h, 0.024 * h], skin),
      limb([elbow, hand], [0.026 * wide, 0.022 * wide], scaled(top, 0.95)),
      limb([shoulder, elbow], [0.036 * wide, 0.028 * wide], scaled(top, 0.97)),
    ];
  }

  const trunk: Shape[] = [
    limb(
      [
        [0, 0, 0.55 * h + bob],
        [0, 0, 0.77 * h + bob],
      ],
      [0.088 * wide, 0.1 * wide],
      top,
    ),
    limb(
      [
        [0, 0.055 * wide, 0.78 * h + bob],
        [0, -0.055 * wide, 0.78 * h + bob],
      ],
      [0.062 * wide, 0.062 * wide],
      top,
    ),
  ];
  if (look.hasCoat) {
    trunk.unshift(
      limb(
        [
          [0, 0, 0.36 * h],
          [0, 0, 0.6 * h],
        ],
        [0.1 * wide, 0.088 * wide],
        scaled(top, 0.92),
      ),
    );
  }
  if (look.hasSkirt) {
    trunk.unshift(
      limb(
        [
          [0, 0, 0.36 * h],
          [0, 0, 0.54 * h],
        ],
        [0.104 * wide, 0.072 * wide],
        trouser,
      ),
    );
  }
  const head: Shape[] = [
    limb(
      [
        [0, 0, 0.82 * h + bob],
        [0.01, 0, 0.87 * h + bob],
      ],
      [0.032 * h, 0.03 * h],
      skin,
    ),
    limb(
      [
        [-0.008, 0, 0.945 * h + bob],
        [-0.008, 0, 0.95 * h + bob],
      ],
      [0.056 * h, 0.052 * h],
      seen(look.hair),
    ),
    limb(
      [
        [0.02, 0, 0.915 * h + bob],
        [0.018, 0, 0.93 * h + bob],
      ],
      [0.045 * h, 0.05 * h],
      skin,
    ),
  ];
  if (look.hasHat) {
    head.push(
      limb(
        [
          [0, 0, 0.965 * h + bob],
          [0.02, 0, 0.97 * h + bob],
        ],
        [0.056 * h, 0.058 * h],
        seen(look.bagColour),
      ),
    );
  }
  const isComing = headingZ < 0;
  const face = isComing
    ? head
    : [head[0], head[2], head[1], head[3]].filter((s) => s !== undefined);
  const pack: Shape[] =
    look.bag === 'backpack'
      ? [
          limb(
            [
              [-0.1, 0, 0.6 * h],
              [-0.1, 0, 0.76 * h],
            ],
            [0.07 * h, 0.06 * h],
            seen(look.bagColour),
          ),
        ]
      : [];
  const handbag: Shape[] =
    look.bag === 'handbag'
      ? [
          limb(
            [
              [0, 0.15 * wide, 0.42 * h],
              [0.04, 0.15 * wide, 0.48 * h],
            ],
            [0.05 * h, 0.04 * h],
            seen(look.bagColour),
          ),
        ]
      : [];

  // The side that the eye does not see is drawn first; left is away when the left arm has the larger z.
  const far = headingX > 0 ? 1 : -1;
  const near = far === 1 ? -1 : 1;
  return [
    ...(isComing ? pack : []),
    ...(far === 1 ? handbag : []),
    ...arm(far),
    ...leg(far),
    ...leg(near),
    ...trunk,
    ...face,
    ...(isComing ? [] : pack),
    ...arm(near),
    ...(far === 1 ? [] : handbag),
  ];
}

/** The shadow that a person throws: one at its feet always, one away from the sun. */
export function shadePerson(person: Person, view: View, light: Light): Shade[] {
  const foot = view.project(person, 0);
  const aside = view.project({ x: person.x, z: person.z + 0.3 }, 0);
  const squash = clamp((foot.y - aside.y) / (0.3 * foot.scale), 0.05, 1);
  const contact: Shade = {
    kind: 'shade',
    ax: foot.x,
    ay: foot.y,
    ar: 0.34 * foot.scale,
    bx: foot.x,
    by: foot.y,
    br: 0.34 * foot.scale,
    squash,
    factor: 0.66,
  };
  if (light.shadowDepth < 0.03) return [contact];
  const h = person.look.heightM;
  const end = view.project(
    { x: person.x + light.shadow.x * h, z: person.z + light.shadow.z * h },
    0,
  );
  const cast: Shade = {
    kind: 'shade',
    ax: foot.x,
    ay: foot.y,
    ar: 0.26 * foot.scale,
    bx: end.x,
    by: end.y,
    br: 0.3 * end.scale,
    squash,
    factor: 1 - light.shadowDepth,
  };
  return [cast, contact];
}
