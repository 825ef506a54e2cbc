/**
 * Whether all is well: the station, its workers, the models that count in them and their cameras, each with what was checked
 * last, since when it is so, and what is tried next; and how much of the time all was well.
 */
import { z } from 'zod';
import { CameraId } from './camera.ts';
import { ErrorBody } from './error.ts';
import { StationSentence } from './station-sentence.ts';
import { procedure } from './procedure.ts';

/**
 * `degraded` still does its work, but not as it should; `down` does not; `unknown` cannot be told now; `off` is not asked
 * for: a camera that is switched off, a check that makes no sense here.
 */
export const HealthState = z.enum(['ok', 'degraded', 'down', 'unknown', 'off']);
export type HealthState = z.infer<typeof HealthState>;

/** M5: of a model every 30 s, of the station every 60 s, of how fast a camera is counted every 300 s. */
export const checkSeconds = {
  loaded: 30,
  infers: 30,
  memory: 30,
  gpu: 30,
  accuracy: 30,
  running: 60,
  database: 60,
  cache: 60,
  registry: 60,
  central: 60,
  latency: 300,
  throughput: 300,
} as const;
export const CheckName = z.enum(
  Object.keys(checkSeconds) as [keyof typeof checkSeconds, ...(keyof typeof checkSeconds)[]],
);
export type CheckName = z.infer<typeof CheckName>;

export const HealthCheck = z.object({
  name: CheckName,
  state: HealthState,
  /** Since when it is in this state, Unix time in ms */
  since: z.number().int(),
  /** When it was looked at last, Unix time in ms */
  checkedAt: z.number().int(),
  /** How long that took, ms */
  tookMs: z.number().nonnegative(),
  /** One English sentence: what was found */
  detail: z.string(),
  /** The same by its name; absent where an error says it */
  said: StationSentence.optional(),
});
export type HealthCheck = z.infer<typeof HealthCheck>;

/** An error with the time at which it was met last, Unix ms. */
export const LastError = ErrorBody.pick({ code: true, message: true }).extend({
  at: z.number().int(),
});
export type LastError = z.infer<typeof LastError>;

export const HealthNode = z.object({
  /** `station`, `worker/w1`, `model/w1/<digest>`, `camera/gate` */
  id: z.string(),
  /** null for the station */
  parentId: z.string().nullable(),
  kind: z.enum(['station', 'worker', 'model', 'camera']),
  name: z.string(),
  cameraId: CameraId.nullable(),
  /** The worst of itself and of its checks; what is below it counts for the station and is shown beside it */
  state: HealthState,
  /** Unix time in ms */
  since: z.number().int(),
  /** One English sentence: how it is */
  detail: z.string(),
  /** The same by its name; absent where an error says it */
  said: StationSentence.optional(),
  /** The newest error since the station started, whether it is over or not */
  lastError: LastError.nullable(),
  /** When something is tried again, Unix time in ms; null when nothing waits */
  retryAt: z.number().int().nullable(),
  checks: z.array(HealthCheck),
});
export type HealthNode = z.infer<typeof HealthNode>;

/** The target of T5, share of the time. */
export const uptimeTarget = 0.999;

/** Seconds of a time range, and what of them was served. */
export const UptimeShare = z.object({
  period: z.enum(['day', 'week', 'month']),
  /** Unix time in ms */
  from: z.number().int(),
  to: z.number().int(),
  /** Time that was asked for: a camera that is switched off or not there yet asks for none */
  wantedSeconds: z.number().nonnegative(),
  servedSeconds: z.number().nonnegative(),
});
export type UptimeShare = z.infer<typeof UptimeShare>;

export const UptimeRow = z.object({
  /** Coverage of a camera; serving of a model; all cameras without what was the cameras' own fault */
  kind: z.enum(['camera', 'model', 'station']),
  id: z.string(),
  name: z.string(),
  cameraId: CameraId.nullable(),
  shares: z.array(UptimeShare),
});
export type UptimeRow = z.infer<typeof UptimeRow>;

export const healthTreeProcedures = {
  'health.tree': procedure({
    kind: 'query',
    route: 'GET /health',
    role: 'viewer',
    summary: 'Shows whether station, workers, models and cameras are well, and what is tried next',
    input: z.object({}),
    output: z.object({
      state: HealthState,
      /** Unix time in ms */
      at: z.number().int(),
      /** Those above come first */
      nodes: z.array(HealthNode),
    }),
  }),
  'health.check': procedure({
    kind: 'command',
    route: 'POST /health/check',
    role: 'operator',
    summary: 'Makes all checks now instead of when they are due',
    input: z.object({}),
    output: z.object({}),
  }),
  'health.uptime': procedure({
    kind: 'query',
    route: 'GET /health/uptime',
    role: 'viewer',
    summary:
      'Shows for how much of the last day, week and month cameras were observed and models counted',
    input: z.object({}),
    output: z.object({ target: z.number(), rows: z.array(UptimeRow) }),
  }),
};
