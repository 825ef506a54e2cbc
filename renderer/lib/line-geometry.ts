/**
 * Geometry of a counting line on the picture: which side is in, how far a point is, where to put its label.
 *
 *        in ↑ n
 *   a ───────────▶ b        left of the way from a to b, seen on the picture (y grows downwards)
 */
import type { Point } from '#contract/geometry.ts';
import type { Extent, Rect } from './grid-layout.ts';

export interface LineMiddle {
  /** The point half-way along the line, px */
  readonly point: Point;
  /** Unit vector to the *in* side there, px */
  readonly toIn: Point;
}

/** A normalised point in px of a picture of the given size. */
export function toPx(point: Point, size: Extent): Point {
  return { x: point.x * size.width, y: point.y * size.height };
}

/** A point in px, normalised and kept on the picture. */
export function toNormalised(point: Point, size: Extent): Point {
  return { x: clamp(point.x / size.width, 0, 1), y: clamp(point.y / size.height, 0, 1) };
}

/** The middle of a line by its length, and the way to its *in* side. Points normalised, results in px. */
export function middleOf(points: readonly Point[], size: Extent): LineMiddle {
  const path = points.map((point) => toPx(point, size));
  const first = path[0] ?? { x: 0, y: 0 };
  let left = lengthOf(path) / 2;
  let from = first;
  for (const to of path.slice(1)) {
    const length = Math.hypot(to.x - from.x, to.y - from.y);
    if (length > 0 && left <= length) {
      const share = left / length;
      return {
        point: { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share },
        toIn: { x: (to.y - from.y) / length, y: -(to.x - from.x) / length },
      };
    }
    left -= length;
    from = to;
  }
  return { point: first, toIn: { x: 0, y: -1 } };
}

/** Length of a path in the unit of its points. */
export function lengthOf(path: readonly Point[]): number {
  return path.slice(1).reduce((sum, to, index) => sum + distance(path[index] ?? to, to), 0);
}

export function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

/** Moves `to` so that the way from `from` is horizontal or vertical on a picture of the given size. */
export function straighten(from: Point, to: Point, size: Extent): Point {
  const isFlat = Math.abs(to.x - from.x) * size.width >= Math.abs(to.y - from.y) * size.height;
  return isFlat ? { x: to.x, y: from.y } : { x: from.x, y: to.y };
}

/**
 * Where the label of a line goes: like a flag beyond one of its ends, the upper one first, where it hides least of what
 * passes; else beside its middle. It stays on the picture and clear of what is already there. All in px.
 */
export function placeLabel(
  line: { readonly path: readonly Point[]; readonly middle: LineMiddle },
  label: Extent,
  room: { readonly picture: Rect; readonly taken: readonly Rect[] },
): Rect {
  let best: Rect = { x: room.picture.x, y: room.picture.y, ...label };
  let bestCost = Infinity;
  for (const { centre, cost } of labelPlaces(line, label)) {
    const wanted: Rect = {
      x: centre.x - label.width / 2,
      y: centre.y - label.height / 2,
      ...label,
    };
    const rect = keepInside(wanted, room.picture);
    const pushed = Math.hypot(rect.x - wanted.x, rect.y - wanted.y);
    const covered = room.taken.reduce((sum, other) => sum + overlapOf(rect, other), 0);
    // To be readable comes first, then to be near.
    const total = cost + pushed * 4 + covered * 10;
    if (total < bestCost) {
      bestCost = total;
      best = rect;
    }
  }
  return best;
}

const labelGapPx = 8;

/** Centres that a label could have, with how little each is liked. */
function* labelPlaces(
  { path, middle }: { readonly path: readonly Point[]; readonly middle: LineMiddle },
  label: Extent,
): Generator<{ readonly centre: Point; readonly cost: number }> {
  const first = path[0];
  const last = path.at(-1);
  if (first !== undefined && last !== undefined) {
    const [upper, lower] = first.y <= last.y ? [first, last] : [last, first];
    // The flatter the line, the more a flag would stand in the way of what passes.
    const flatness = 60 * Math.abs(middle.toIn.y);
    for (const shift of [0, 0.2, -0.2, 0.45, -0.45]) {
      const x = shift * label.width;
      const cost = flatness + Math.abs(x) * 0.2;
      const rise = label.height / 2 + labelGapPx;
      yield { centre: { x: upper.x + x, y: upper.y - rise }, cost };
      yield { centre: { x: lower.x + x, y: lower.y + rise }, cost: cost + 30 };
    }
  }
  const along = { x: -middle.toIn.y, y: middle.toIn.x };
  for (const shift of [0, 1, -1, 2, -2, 3, -3]) {
    for (const side of [-1, 1]) {
      const out = reach(middle.toIn, label) * side;
      const step = shift * reach(along, label) * 1.2;
      yield {
        centre: {
          x: middle.point.x + middle.toIn.x * out + along.x * step,
          y: middle.point.y + middle.toIn.y * out + along.y * step,
        },
        // The out side wins a tie, as the line's own arrow points to the in side.
        cost: 40 + Math.abs(step) + (side === -1 ? 0 : 1),
      };
    }
  }
}

/** Half of a label's extent along a unit vector, and the gap. */
function reach(way: Point, label: Extent): number {
  return (Math.abs(way.x) * label.width + Math.abs(way.y) * label.height) / 2 + labelGapPx;
}

/** Small squares along a path, which a label should leave free. All in px. */
export function squaresAlong(path: readonly Point[], everyPx: number, sizePx: number): Rect[] {
  return path.slice(1).flatMap((to, index) => {
    const from = path[index] ?? to;
    const count = Math.max(1, Math.ceil(distance(from, to) / everyPx));
    return Array.from({ length: count + 1 }, (_, step) => ({
      x: from.x + ((to.x - from.x) * step) / count - sizePx / 2,
      y: from.y + ((to.y - from.y) * step) / count - sizePx / 2,
      width: sizePx,
      height: sizePx,
    }));
  });
}

function keepInside(rect: Rect, picture: Rect): Rect {
  return {
    ...rect,
    x: clamp(rect.x, picture.x, Math.max(picture.x, picture.x + picture.width - rect.width)),
    y: clamp(rect.y, picture.y, Math.max(picture.y, picture.y + picture.height - rect.height)),
  };
}

function overlapOf(a: Rect, b: Rect): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  return width > 0 && height > 0 ? width * height : 0;
}

export function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
