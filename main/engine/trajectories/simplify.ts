/**
 * Leaves out the looks at a track that lie where even motion between their neighbours puts them anyway.
 *
 *          ·  ·                   ●  kept: a corner
 *      ●──────────●               ·  left out: at its time the straight way passes within the tolerance
 *     /     ·      \              The cone from the last corner through the tolerance around each look since
 *    ●              ●             must still hold the newest look; else the look before becomes a corner.
 */
import type { PathPoint } from '#engine/base/trajectory.ts';

/** A look at a box in px. */
export interface PathLook extends PathPoint {
  readonly atMs: number;
}

/** Takes one run of looks, frame by frame, and keeps its corners. */
export interface RunSimplifier {
  /**
   * @param tolerancePx how far a look that is left out may lie from the path, per value at its time (the top twice,
   *   the width six times as far); 0 keeps this look and all before it
   */
  add(look: PathLook, tolerancePx: number): void;
  /** The corners so far, the newest look among them. */
  corners(): PathPoint[];
}

const values = ['x', 'top', 'bottom', 'width'] as const;
/** The width decides the band only, and that by 15 %; the top is an anchor on few lines. */
const slack = { x: 1, top: 2, bottom: 1, width: 6 } as const;

export function createRunSimplifier(): RunSimplifier {
  const kept: PathPoint[] = [];
  let corner: PathLook | null = null;
  let newest: PathLook | null = null;
  let cone = openCone();

  const keep = (look: PathLook): void => {
    const { frame, x, top, bottom, width } = look;
    kept.push({ frame, x, top, bottom, width });
    corner = look;
    newest = null;
    cone = openCone();
  };

  return {
    add(look, tolerancePx) {
      if (corner === null) {
        keep(look);
        return;
      }
      const isTimeless = look.atMs <= (newest ?? corner).atMs;
      if (newest !== null && (tolerancePx === 0 || isTimeless || !holds(cone, corner, look))) {
        keep(newest);
      }
      if (tolerancePx === 0 || isTimeless) {
        keep(look);
        return;
      }
      cone = narrow(cone, corner, { look, tolerancePx });
      newest = look;
    },
    corners: () => {
      if (newest === null) return [...kept];
      const { frame, x, top, bottom, width } = newest;
      return [...kept, { frame, x, top, bottom, width }];
    },
  };
}

/** Lowest and highest speed of each value that passes all looks since the corner, px/ms. */
interface Cone {
  readonly low: readonly number[];
  readonly high: readonly number[];
}

function openCone(): Cone {
  return { low: values.map(() => -Infinity), high: values.map(() => Infinity) };
}

function holds(cone: Cone, corner: PathLook, look: PathLook): boolean {
  const elapsed = look.atMs - corner.atMs;
  return values.every((name, axis) => {
    const speed = (look[name] - corner[name]) / elapsed;
    return speed >= (cone.low[axis] ?? 0) && speed <= (cone.high[axis] ?? 0);
  });
}

function narrow(
  cone: Cone,
  corner: PathLook,
  { look, tolerancePx }: { readonly look: PathLook; readonly tolerancePx: number },
): Cone {
  const elapsed = look.atMs - corner.atMs;
  const bound = (name: (typeof values)[number], sign: 1 | -1): number =>
    (look[name] + sign * tolerancePx * slack[name] - corner[name]) / elapsed;
  return {
    low: values.map((name, axis) => Math.max(cone.low[axis] ?? 0, bound(name, -1))),
    high: values.map((name, axis) => Math.min(cone.high[axis] ?? 0, bound(name, 1))),
  };
}
