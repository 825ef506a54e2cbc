/**
 * The few shapes that everything in the scene is drawn with, in pixels.
 */

/** Red, green, blue, 0…255. */
export type Colour = readonly [number, number, number];

/** A line with round ends, thick as its two radii: limbs, heads, poles. Shaded as a cylinder. */
export interface Capsule {
  readonly kind: 'capsule';
  readonly ax: number;
  readonly ay: number;
  readonly ar: number;
  readonly bx: number;
  readonly by: number;
  readonly br: number;
  readonly colour: Colour;
}

/** A convex polygon: x and y by turns, either way round. */
export interface Polygon {
  readonly kind: 'polygon';
  readonly points: readonly number[];
  readonly colour: Colour;
  /** 0 … 1 */
  readonly opacity: number;
}

/** A dark (factor < 1) or bright (factor > 1) spot with a soft edge, flattened by `squash` as it lies on the ground. */
export interface Shade {
  readonly kind: 'shade';
  readonly ax: number;
  readonly ay: number;
  readonly ar: number;
  readonly bx: number;
  readonly by: number;
  readonly br: number;
  /** Height ÷ width of a circle on the ground as seen from here */
  readonly squash: number;
  /** What the colours under the middle are multiplied with */
  readonly factor: number;
}

export type Shape = Capsule | Polygon | Shade;

export interface Bounds {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** The smallest upright rectangle around the solid shapes; shades are not part of an object. */
export function boundsOf(shapes: readonly Shape[]): Bounds {
  let left = Infinity;
  let top = Infinity;
  let right = -Infinity;
  let bottom = -Infinity;
  for (const shape of shapes) {
    if (shape.kind === 'shade') continue;
    if (shape.kind === 'capsule') {
      left = Math.min(left, shape.ax - shape.ar, shape.bx - shape.br);
      right = Math.max(right, shape.ax + shape.ar, shape.bx + shape.br);
      top = Math.min(top, shape.ay - shape.ar, shape.by - shape.br);
      bottom = Math.max(bottom, shape.ay + shape.ar, shape.by + shape.br);
      continue;
    }
    for (let i = 0; i + 1 < shape.points.length; i += 2) {
      left = Math.min(left, shape.points[i] ?? 0);
      right = Math.max(right, shape.points[i] ?? 0);
      top = Math.min(top, shape.points[i + 1] ?? 0);
      bottom = Math.max(bottom, shape.points[i + 1] ?? 0);
    }
  }
  return { left, top, right, bottom };
}

/** Whether a point is covered by one of the solid shapes. */
export function covers(shapes: readonly Shape[], x: number, y: number): boolean {
  return shapes.some(
    (shape) =>
      (shape.kind === 'capsule' && isInCapsule(shape, x, y)) ||
      (shape.kind === 'polygon' && isInPolygon(shape, x, y)),
  );
}

function isInCapsule(shape: Capsule, x: number, y: number): boolean {
  const dx = shape.bx - shape.ax;
  const dy = shape.by - shape.ay;
  const along = ((x - shape.ax) * dx + (y - shape.ay) * dy) / (dx * dx + dy * dy + 1e-9);
  const t = Math.max(0, Math.min(1, along));
  const awayX = x - shape.ax - t * dx;
  const awayY = y - shape.ay - t * dy;
  const radius = shape.ar + t * (shape.br - shape.ar);
  return awayX * awayX + awayY * awayY <= radius * radius;
}

function isInPolygon(shape: Polygon, x: number, y: number): boolean {
  const { points } = shape;
  let sign = 0;
  for (let i = 0; i + 1 < points.length; i += 2) {
    const next = (i + 2) % points.length;
    const ax = points[i] ?? 0;
    const ay = points[i + 1] ?? 0;
    const cross = ((points[next] ?? 0) - ax) * (y - ay) - ((points[next + 1] ?? 0) - ay) * (x - ax);
    if (cross === 0) continue;
    if (sign !== 0 && cross > 0 !== sign > 0) return false;
    sign = cross;
  }
  return sign !== 0;
}

/** A colour times a light per channel, not clamped. */
export function lit(colour: Colour, light: Colour): Colour {
  return [colour[0] * light[0], colour[1] * light[1], colour[2] * light[2]];
}

export function mixed(a: Colour, b: Colour, share: number): Colour {
  return [a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share, a[2] + (b[2] - a[2]) * share];
}

export function scaled(colour: Colour, factor: number): Colour {
  return [colour[0] * factor, colour[1] * factor, colour[2] * factor];
}
