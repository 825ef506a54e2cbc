/**
 * A time of the day on the clock of the site.
 */
import { z } from 'zod';

export const TimeOfDay = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'write it as hours and minutes, for example 22:30');
