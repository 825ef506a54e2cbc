/**
 * A row of house fronts: shops with awnings below, windows above; some windows are lit at night.
 */
import { hash, smoothNoise } from './chance.ts';
import { type Light, lightOn } from './light.ts';
import { type Colour, lit, mixed, scaled } from './shapes.ts';

const houseM = 7.2;
const plasters: readonly Colour[] = [
  [206, 178, 146],
  [178, 152, 138],
  [196, 190, 176],
  [162, 118, 98],
  [170, 178, 172],
  [216, 196, 150],
];
const awnings: readonly Colour[] = [
  [160, 60, 52],
  [56, 96, 84],
  [52, 78, 120],
  [186, 140, 62],
];
const pane: Colour = [66, 84, 98];
const litPane: Colour = [255, 206, 128];

/** Colour of the fronts at metres along and metres up. */
export function wallOf(light: Light): (x: number, y: number) => Colour {
  const front = lightOn(light, [0, 0.1, -0.99]);
  const underRoof = scaled(front, 0.8);

  return (x, y) => {
    const house = Math.floor(x / houseM);
    const within = x - house * houseM;
    const plaster = plasters[Math.floor(hash(house, 3) * plasters.length)] ?? [190, 180, 170];
    const rough = 0.97 + 0.06 * smoothNoise(x * 2.3, y * 2.3);
    const base = scaled(plaster, rough * (0.9 + 0.012 * y));
    if (within < 0.12 || within > houseM - 0.12) return lit(scaled(base, 0.72), front);
    if (y < 0.35) return lit([104, 100, 98], front);
    if (y < 3) return shop(house, within, { y, base, front, light });
    if (y < 3.3) return lit(scaled(base, 0.82), underRoof);
    return upperFloor(house, { within, y }, { base, front, light });
  };
}

interface Paint {
  readonly base: Colour;
  readonly front: Colour;
  readonly light: Light;
}

function shop(house: number, within: number, on: Paint & { y: number }): Colour {
  const { y, base, front, light } = on;
  const awning = awnings[Math.floor(hash(house, 7) * awnings.length)] ?? [160, 60, 52];
  const isDoor = within > 3 && within < 4.2;
  const isWindow = (within > 0.6 && within < 2.7) || (within > 4.5 && within < 6.6);
  if (y > 2.45 && (isWindow || isDoor)) {
    const stripe = Math.floor(within / 0.35) % 2 === 0;
    return lit(stripe ? awning : mixed(awning, [236, 230, 218], 0.8), scaled(front, 1.08));
  }
  if (isDoor && y < 2.3) return mixed(lit([58, 44, 38], front), litPane, 0.45 * light.darkness);
  if (isWindow && y > 0.7 && y < 2.35) {
    const goods = 0.7 + 0.5 * smoothNoise(within * 3 + house * 9, y * 3);
    const day = lit(scaled(pane, goods * 1.25), front);
    return mixed(day, scaled(litPane, 0.55 + 0.4 * goods), 0.85 * light.darkness);
  }
  return lit(base, front);
}

function upperFloor(house: number, at: { within: number; y: number }, on: Paint): Colour {
  const { base, front, light } = on;
  const floor = Math.floor((at.y - 3.3) / 2.9);
  const up = at.y - 3.3 - floor * 2.9;
  const column = Math.floor((at.within - 0.5) / 1.55);
  const along = at.within - 0.5 - column * 1.55;
  const isColumn = column >= 0 && column < 4;
  if (isColumn && up > 0.55 && up < 2.25 && along > 0.3 && along < 1.25) {
    if (up < 0.68 || along < 0.38 || along > 1.17 || Math.abs(along - 0.775) < 0.035) {
      return lit([222, 216, 204], front);
    }
    const isLit = hash(house * 31 + column, floor) < 0.42;
    const sheen = 0.9 + 0.35 * (up - 0.6);
    return mixed(lit(scaled(pane, sheen), front), litPane, isLit ? 0.8 * light.darkness : 0);
  }
  return lit(up < 0.12 ? scaled(base, 0.86) : base, front);
}
