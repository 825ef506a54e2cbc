/**
 * What a network saw on one frame (detection) and the same object over time (track).
 */
import { z } from 'zod';
import { Box } from './geometry.ts';

/** The labels that the station counts. A model's own labels are mapped to these on its card. */
export const Label = z.enum(['person', 'vehicle', 'bicycle', 'animal', 'other']);
export type Label = z.infer<typeof Label>;

/** One network's box on one frame. `score` is 0…1. */
export const Detection = z.object({
  box: Box,
  score: z.number().min(0).max(1),
  label: Label,
});
export type Detection = z.infer<typeof Detection>;

/** The same object over time, as of one frame. `box` is the filtered box. */
export const Track = z.object({
  /** Grows by one per new track within an epoch of a camera */
  trackId: z.number().int().nonnegative(),
  box: Box,
  score: z.number().min(0).max(1),
  label: Label,
  /** An unconfirmed track is shown faintly and never counts */
  isConfirmed: z.boolean(),
  /** Seconds since the last detection that was matched to it; 0 on a frame that saw it */
  unseenSeconds: z.number().nonnegative(),
});
export type Track = z.infer<typeof Track>;
