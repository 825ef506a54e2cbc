/**
 * Figures by the minute: how fast frames went their way, what became of them, and what the machine had for it.
 */
import { z } from 'zod';
import { CameraId } from './camera.ts';
import { procedure } from './procedure.ts';

/** Longest time that is answered with one point a minute; longer ones get coarser points. */
export const mostPoints = 360;

/** What figures are kept of: an instance is a model version in one worker. */
export const MetricSubject = z.enum(['station', 'worker', 'camera', 'model', 'instance']);
export type MetricSubject = z.infer<typeof MetricSubject>;

/**
 * Times of one frame's steps in ms: half of the frames were faster than P50, 95 of 100 faster than P95. `demanded` are the
 * frames that the settings ask for, `processed` those that were counted, also those in which nothing moved; `throughput` is
 * the one through the other, 0…1. `dropped` were replaced by a newer frame, `late` were too old when their turn came, on
 * `failed` the model failed. `cpu` is in cores, shares of this PC are 0…1, `loopDelay` is the longest time that a main
 * thread could not answer, ms. Of the picture: `brightness` 0…1, `sharpness` the mean edge in levels of 255, `shakePx` how
 * far it moved between two looks.
 */
export const HistoryMetric = z.enum([
  ...['latencyP50', 'latencyP95', 'queueP50', 'queueP95', 'preprocessP50', 'preprocessP95'],
  ...['inferP50', 'inferP95', 'postprocessP50', 'postprocessP95'],
  ...['demanded', 'captured', 'processed', 'dropped', 'late', 'failed', 'throughput'],
  ...['detections', 'confidence', 'crossings'],
  ...['cpu', 'rssBytes', 'loopDelay', 'machineCpu', 'machineMemory'],
  ...['brightness', 'sharpness', 'shakePx'],
] as const);
export type HistoryMetric = z.infer<typeof HistoryMetric>;

export const MetricPoint = z.object({
  /** Start, Unix time in ms */
  at: z.number().int(),
  /** What is not known is left out */
  values: z.partialRecord(HistoryMetric, z.number()),
  /** How often each error was met */
  errors: z.record(z.string(), z.number().int()),
});
export type MetricPoint = z.infer<typeof MetricPoint>;

export const MetricSeries = z.object({
  kind: MetricSubject,
  /** Id of the camera or worker, digest of the model, `worker/digest` of an instance, `station` */
  id: z.string(),
  /** Name of the camera, `name@version` of the model */
  name: z.string(),
  cameraId: CameraId.nullable(),
  /** Oldest first; minutes in which there was nothing to say are left out */
  points: z.array(MetricPoint),
});
export type MetricSeries = z.infer<typeof MetricSeries>;

/** The last so much time, for example 15m, 6h or 2d */
export const TimeRange = z
  .string()
  .regex(/^[1-9]\d{0,3}[mhd]$/, 'a number and m, h or d, such as 6h');

export const metricsProcedures = {
  'metrics.history': procedure({
    kind: 'query',
    route: 'GET /metrics',
    role: 'viewer',
    summary: 'Shows figures by the minute of the last seven days: of cameras, models, workers',
    input: z.object({
      kind: MetricSubject.optional(),
      /** Of one subject; see `MetricSeries.id` */
      id: z.string().max(200).optional(),
      /** Of one camera */
      cameraId: CameraId.optional(),
      timeRange: TimeRange.default('1h'),
      /** Unix time in ms; instead of `timeRange` */
      from: z.number().int().nonnegative().optional(),
      to: z.number().int().nonnegative().optional(),
      /** Length of a point, minutes; left out, so that there are at most 360 */
      stepMinutes: z.number().int().min(1).max(1440).optional(),
      /** Names with commas between them; all when left out */
      metrics: z.string().max(500).optional(),
    }),
    output: z.object({
      from: z.number().int(),
      to: z.number().int(),
      stepMinutes: z.number().int(),
      series: z.array(MetricSeries),
    }),
  }),
};
