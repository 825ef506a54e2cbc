/**
 * Points and boxes. Coordinates are normalised 0…1 of the picture, origin top left, unless a name says `Px`.
 */
import { z } from 'zod';

export const Point = z.object({ x: z.number(), y: z.number() });
export type Point = z.infer<typeof Point>;

/** A box by its top left corner and its size. */
export const Box = z.object({
  x: z.number(),
  y: z.number(),
  width: z.number(),
  height: z.number(),
});
export type Box = z.infer<typeof Box>;

/** Size of a picture in pixels. */
export const Size = z.object({
  width: z.number().int().positive(),
  height: z.number().int().positive(),
});
export type Size = z.infer<typeof Size>;
