/**
 * What runs, how well, and what the machine has.
 */
import { z } from 'zod';
import { CameraId } from './camera.ts';
import { procedure } from './procedure.ts';

/** 50th and 95th percentile of one step of a frame's way, in ms. */
export const StepFigures = z.object({ p50Ms: z.number(), p95Ms: z.number() });
export type StepFigures = z.infer<typeof StepFigures>;

export const StepTimings = z.object({
  queue: StepFigures,
  preprocess: StepFigures,
  infer: StepFigures,
  postprocess: StepFigures,
  total: StepFigures,
});
export type StepTimings = z.infer<typeof StepTimings>;

export const WorkerHealth = z.object({
  id: z.string(),
  pid: z.number().int().nullable(),
  state: z.enum(['starting', 'ready', 'ended']),
  since: z.number(),
  restarts: z.number().int().nonnegative(),
  threads: z.number().int().nonnegative(),
  cameras: z.array(CameraId),
  rssBytes: z.number().nonnegative(),
  timings: StepTimings.nullable(),
});
export type WorkerHealth = z.infer<typeof WorkerHealth>;

export const StationInfo = z.object({
  version: z.string(),
  /** Which host runs it */
  host: z.enum(['electron', 'headless', 'cli']),
  startedAt: z.number(),
  node: z.string(),
  platform: z.string(),
  cores: z.number().int(),
  ffmpeg: z.object({ path: z.string(), version: z.string() }).nullable(),
  /** Execution providers that ONNX Runtime lists on this machine */
  providers: z.array(z.string()),
  dataFolder: z.string(),
  workers: z.array(WorkerHealth),
  rssBytes: z.number(),
});
export type StationInfo = z.infer<typeof StationInfo>;

export const healthProcedures = {
  'station.info': procedure({
    kind: 'query',
    route: 'GET /station',
    role: 'viewer',
    summary: 'Shows version, machine, workers and what is measured about them',
    input: z.object({}),
    output: StationInfo,
  }),
};
