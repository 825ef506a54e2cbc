/**
 * Lines swept over the whole picture in both orientations: never one picked by hand.
 */
import type { Line } from '#contract/counting.ts';
import type { Point, Size } from '#contract/geometry.ts';

/** Lines every `stepPx`, from one edge of the picture to the other. */
export function sweepLines(size: Size, stepPx: number): Line[] {
  const places = (length: number): number[] =>
    Array.from({ length: Math.ceil(length / stepPx) - 1 }, (_, index) => (index + 1) * stepPx);
  return [
    ...places(size.width).map((x) =>
      lineOf(`x${x}`, [
        { x: x / size.width, y: 0 },
        { x: x / size.width, y: 1 },
      ]),
    ),
    ...places(size.height).map((y) =>
      lineOf(`y${y}`, [
        { x: 0, y: y / size.height },
        { x: 1, y: y / size.height },
      ]),
    ),
  ];
}

function lineOf(id: string, points: Point[]): Line {
  return { id, cameraId: 'bench', name: id, points, anchor: 'bottom', labels: [], revision: 1 };
}
