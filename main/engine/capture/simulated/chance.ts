/**
 * Chance and waves that give the same numbers on every machine: integer generators and polynomials, no Math.sin.
 */

import { seededNumbers } from '#engine/base/random.ts';

export interface Chance {
  /** 0 … 1, 1 excluded */
  next(): number;
  between(low: number, high: number): number;
  /** A whole number from 0 to count − 1 */
  int(count: number): number;
  /** True with this probability, 0…1 */
  is(probability: number): boolean;
  pick<T>(values: readonly [T, ...T[]]): T;
}

/** A generator by its seed. */
export function createChance(seed: number): Chance {
  const next = seededNumbers(seed);
  return {
    next,
    between: (low, high) => low + (high - low) * next(),
    int: (count) => Math.floor(next() * count),
    is: (probability) => next() < probability,
    pick: (values) => values[Math.floor(next() * values.length)] ?? values[0],
  };
}

/** Mixes two whole numbers to one of 0 … 1, for textures: the same place always gives the same value. */
export function hash(x: number, y: number): number {
  let mixed = Math.imul(x, 0x27d4eb2f) ^ Math.imul(y, 0x165667b1);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return ((mixed ^ (mixed >>> 16)) >>> 0) / 4_294_967_296;
}

/** Smooth noise of 0 … 1 over the plane, one lattice point per unit. */
export function smoothNoise(x: number, y: number): number {
  const left = Math.floor(x);
  const top = Math.floor(y);
  const u = ease(x - left);
  const v = ease(y - top);
  const above = hash(left, top) * (1 - u) + hash(left + 1, top) * u;
  const below = hash(left, top + 1) * (1 - u) + hash(left + 1, top + 1) * u;
  return above * (1 - v) + below * v;
}

/** Sine of an angle in turns (1 is a full circle), exact to 2e-4. */
export function sineOf(turns: number): number {
  const part = turns - Math.floor(turns);
  const half = part < 0.5 ? part : part - 0.5;
  // x is −1 … 1 over half a wave; the even polynomial below is cos(πx / 2).
  const x = 4 * half - 1;
  const square = x * x;
  const wave =
    1 +
    square *
      (-1.2337005501 + square * (0.2536695079 + square * (-0.0208634807 + square * 0.0008945229)));
  return part < 0.5 ? wave : -wave;
}

/** Cosine of an angle in turns. */
export function cosineOf(turns: number): number {
  return sineOf(turns + 0.25);
}

export function clamp(value: number, low: number, high: number): number {
  return value < low ? low : value > high ? high : value;
}

function ease(x: number): number {
  return x * x * (3 - 2 * x);
}
