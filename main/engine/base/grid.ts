/**
 * The grids of cells that one-stage detectors lay over their input, one per stride.
 */
import type { Size } from '#contract/geometry.ts';

/** The sets of strides in use: three grids, or four for large inputs and for NanoDet-Plus and PicoDet. */
const STRIDE_SETS: readonly (readonly number[])[] = [
  [8, 16, 32],
  [8, 16, 32, 64],
];

/** Cells along one side. A last cell that is cut is a cell. */
export function cellsAcross(length: number, stride: number): number {
  return Math.ceil(length / stride);
}

/** Cells of all grids of the given strides together. */
export function cellCount(input: Size, strides: readonly number[]): number {
  return strides.reduce(
    (sum, stride) => sum + cellsAcross(input.width, stride) * cellsAcross(input.height, stride),
    0,
  );
}

/** The strides whose grids have `count` cells together; null when none of the usual sets has. */
export function gridStrides(input: Size, count: number): readonly number[] | null {
  return STRIDE_SETS.find((strides) => cellCount(input, strides) === count) ?? null;
}
