/**
 * Coverage: how much of the time asked for a camera was really observed, and why the rest was not.
 */
import { z } from 'zod';
import { CameraId } from './camera.ts';
import { procedure } from './procedure.ts';

/** Why nothing was observed. */
export const GapCause = z.enum([
  /** The camera could not be reached or sent nothing */
  'camera-offline',
  /** The camera sent the same picture again and again */
  'camera-frozen',
  /** Somebody switched the camera off in the station */
  'camera-disabled',
  /** The camera was not in the station: not added yet, or removed */
  'camera-absent',
  /** The worker process ended and the camera moved to another */
  'worker-restart',
  /** The model was changed */
  'swap',
  /** The machine could not keep up */
  'overload',
  /** The station did not run */
  'station-down',
  /** The station ran, yet nobody said why nothing was observed */
  'unknown',
]);
export type GapCause = z.infer<typeof GapCause>;

/** A stretch of time, Unix times in ms: `from` inclusive, `to` exclusive. */
export const TimeSpan = z.object({ from: z.number().int(), to: z.number().int() });
export type TimeSpan = z.infer<typeof TimeSpan>;

/** A stretch of time without observation. A gap that still lasts ends at the time of the question. */
export const Gap = TimeSpan.extend({ cause: GapCause });
export type Gap = z.infer<typeof Gap>;

/** What of the time from `from` to `to` (Unix times in ms) was observed. Nothing is interpolated. */
export const Coverage = TimeSpan.extend({
  cameraId: CameraId,
  observedSeconds: z.number().nonnegative(),
  /** In the order of time; with the observed time they make up the whole but the future and the last seconds */
  gaps: z.array(Gap),
});
export type Coverage = z.infer<typeof Coverage>;

export const coverageProcedures = {
  'coverage.query': procedure({
    kind: 'query',
    route: 'GET /coverage',
    role: 'viewer',
    summary:
      'Shows how much of a time range each camera was observed, with the gaps and their causes',
    input: z.object({
      /** Unix time in ms, inclusive */
      from: z.number().int().nonnegative(),
      /** Unix time in ms, exclusive */
      to: z.number().int().nonnegative(),
      cameraId: CameraId.optional(),
    }),
    output: z.array(Coverage),
  }),
};
