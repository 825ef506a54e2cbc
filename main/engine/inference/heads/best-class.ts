/**
 * The best class of a row of scores.
 */

export interface BestClass {
  readonly classIndex: number;
  readonly score: number;
}

/** The highest of `count` scores from `at`; the first of equals. NaN at the first place is kept, to be found later. */
export function bestClass(data: Float32Array, at: number, count: number): BestClass {
  let classIndex = 0;
  let score = data[at] as number;
  for (let index = 1; index < count; index++) {
    const other = data[at + index] as number;
    if (other > score) {
      score = other;
      classIndex = index;
    }
  }
  return { classIndex, score };
}

/** A box by its centre and size, as edges. */
export function centred(
  x: number,
  y: number,
  size: readonly [width: number, height: number],
): { x1: number; y1: number; x2: number; y2: number } {
  const [width, height] = size;
  return { x1: x - width / 2, y1: y - height / 2, x2: x + width / 2, y2: y + height / 2 };
}
