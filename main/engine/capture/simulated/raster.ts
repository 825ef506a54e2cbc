/**
 * Draws shapes with smooth edges into planar pixels.
 */
import type { Size } from '#contract/geometry.ts';
import { clamp } from './chance.ts';
import type { Capsule, Polygon, Shade, Shape } from './shapes.ts';

/** Pixels being drawn: planes of width × height bytes. */
export interface Surface {
  readonly size: Size;
  readonly green: Uint8ClampedArray;
  readonly blue: Uint8ClampedArray;
  readonly red: Uint8ClampedArray;
  /** The three planes in the order of a slot: G, B, R */
  readonly all: Uint8ClampedArray;
}

/** A black surface. */
export function createSurface(size: Size): Surface {
  const plane = size.width * size.height;
  const all = new Uint8ClampedArray(plane * 3);
  return {
    size,
    all,
    green: all.subarray(0, plane),
    blue: all.subarray(plane, 2 * plane),
    red: all.subarray(2 * plane),
  };
}

/** Where the light falls from on the picture (a vector of length ≤ 1), and how much it models round things. */
export interface Modelling {
  readonly x: number;
  readonly y: number;
}

/** Draws one shape over what is there. */
export function draw(surface: Surface, shape: Shape, modelling: Modelling): void {
  if (shape.kind === 'capsule') drawCapsule(surface, shape, modelling);
  else if (shape.kind === 'polygon') drawPolygon(surface, shape);
  else drawShade(surface, shape);
}

function drawCapsule(surface: Surface, shape: Capsule, modelling: Modelling): void {
  const { ax, ay, ar, bx, by, br } = shape;
  const { width, height } = surface.size;
  const { green, blue, red } = surface;
  const [r, g, b] = shape.colour;
  const left = Math.max(0, Math.floor(Math.min(ax - ar, bx - br) - 0.5));
  const right = Math.min(width - 1, Math.ceil(Math.max(ax + ar, bx + br) + 0.5));
  const top = Math.max(0, Math.floor(Math.min(ay - ar, by - br) - 0.5));
  const bottom = Math.min(height - 1, Math.ceil(Math.max(ay + ar, by + br) + 0.5));
  const dx = bx - ax;
  const dy = by - ay;
  const inverse = 1 / (dx * dx + dy * dy + 1e-9);
  const widening = br - ar;

  for (let y = top; y <= bottom; y++) {
    const py = y + 0.5 - ay;
    for (let x = left; x <= right; x++) {
      const px = x + 0.5 - ax;
      let t = (px * dx + py * dy) * inverse;
      t = t < 0 ? 0 : t > 1 ? 1 : t;
      const ex = px - t * dx;
      const ey = py - t * dy;
      const radius = ar + t * widening;
      const square = ex * ex + ey * ey;
      const outer = radius + 0.5;
      if (square >= outer * outer) continue;
      const inner = radius - 0.5;
      const share =
        inner > 0 && square < inner * inner ? 1 : Math.min(1, outer - Math.sqrt(square));
      const shade = 1 + (ex * modelling.x + ey * modelling.y) / (radius + 0.5);
      const at = y * width + x;
      const kept = 1 - share;
      const strength = share * shade;
      red[at] = (red[at] ?? 0) * kept + r * strength;
      green[at] = (green[at] ?? 0) * kept + g * strength;
      blue[at] = (blue[at] ?? 0) * kept + b * strength;
    }
  }
}

const rowsPerPixel = 4;
const spanLeft = new Float64Array(rowsPerPixel);
const spanRight = new Float64Array(rowsPerPixel);

/** Scan lines, four to a pixel row; the coverage along a scan line is exact. */
function drawPolygon(surface: Surface, shape: Polygon): void {
  const { points, opacity } = shape;
  const { width, height } = surface.size;
  const { green, blue, red } = surface;
  const [r, g, b] = shape.colour;
  let lowest = Infinity;
  let highest = -Infinity;
  for (let i = 1; i < points.length; i += 2) {
    lowest = Math.min(lowest, points[i] ?? 0);
    highest = Math.max(highest, points[i] ?? 0);
  }
  const top = Math.max(0, Math.floor(lowest));
  const bottom = Math.min(height - 1, Math.floor(highest));

  for (let y = top; y <= bottom; y++) {
    let from = Infinity;
    let to = -Infinity;
    for (let row = 0; row < rowsPerPixel; row++) {
      findSpan(points, y + (row + 0.5) / rowsPerPixel, row);
      from = Math.min(from, spanLeft[row] ?? 0);
      to = Math.max(to, spanRight[row] ?? 0);
    }
    const first = Math.max(0, Math.floor(from));
    const last = Math.min(width - 1, Math.floor(to));
    for (let x = first; x <= last; x++) {
      let covered = 0;
      for (let row = 0; row < rowsPerPixel; row++) {
        const part = Math.min(x + 1, spanRight[row] ?? 0) - Math.max(x, spanLeft[row] ?? 0);
        if (part > 0) covered += part;
      }
      if (covered <= 0) continue;
      const share = (covered / rowsPerPixel) * opacity;
      const kept = 1 - share;
      const at = y * width + x;
      red[at] = (red[at] ?? 0) * kept + r * share;
      green[at] = (green[at] ?? 0) * kept + g * share;
      blue[at] = (blue[at] ?? 0) * kept + b * share;
    }
  }
}

/** Left and right end of the polygon on a horizontal; an empty span where it misses. */
function findSpan(points: readonly number[], y: number, row: number): void {
  let left = Infinity;
  let right = -Infinity;
  const count = points.length;
  let ax = points[count - 2] ?? 0;
  let ay = points[count - 1] ?? 0;
  for (let i = 0; i + 1 < count; i += 2) {
    const bx = points[i] ?? 0;
    const by = points[i + 1] ?? 0;
    if (ay <= y !== by <= y) {
      const x = ax + ((y - ay) / (by - ay)) * (bx - ax);
      if (x < left) left = x;
      if (x > right) right = x;
    }
    ax = bx;
    ay = by;
  }
  spanLeft[row] = left;
  spanRight[row] = right;
}

function drawShade(surface: Surface, shape: Shade): void {
  const { ax, ay, ar, bx, br, squash } = shape;
  const { width, height } = surface.size;
  const { green, blue, red } = surface;
  const dx = bx - ax;
  const dy = (shape.by - ay) / squash;
  const inverse = 1 / (dx * dx + dy * dy + 1e-9);
  const widest = Math.max(ar, br);
  const left = clamp(Math.floor(Math.min(ax, bx) - widest), 0, width);
  const right = clamp(Math.ceil(Math.max(ax, bx) + widest), -1, width - 1);
  const top = clamp(Math.floor(Math.min(ay, shape.by) - widest * squash), 0, height);
  const bottom = clamp(Math.ceil(Math.max(ay, shape.by) + widest * squash), -1, height - 1);

  for (let y = top; y <= bottom; y++) {
    const py = (y + 0.5 - ay) / squash;
    for (let x = left; x <= right; x++) {
      const px = x + 0.5 - ax;
      let t = (px * dx + py * dy) * inverse;
      t = t < 0 ? 0 : t > 1 ? 1 : t;
      const ex = px - t * dx;
      const ey = py - t * dy;
      const radius = ar + t * (br - ar);
      const away = (ex * ex + ey * ey) / (radius * radius);
      if (away >= 1) continue;
      const soft = 1 - away;
      const factor = 1 + (shape.factor - 1) * soft * (2 - soft);
      const at = y * width + x;
      red[at] = (red[at] ?? 0) * factor;
      green[at] = (green[at] ?? 0) * factor;
      blue[at] = (blue[at] ?? 0) * factor;
    }
  }
}
