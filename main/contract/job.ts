/**
 * Batch jobs: clips, folders and recorded time that are counted when the cameras leave room, each run on its own, apart from the
 * ledger.
 */
import { z } from 'zod';
import { CameraId, ModelId } from './camera.ts';
import { Direction, Line, LineId } from './counting.ts';
import { Label } from './detection.ts';
import { ErrorBody } from './error.ts';
import { ExperimentArm } from './experiment-arm.ts';
import { PairKind } from './experiment-event.ts';
import { Box } from './geometry.ts';
import { Digest } from './model.ts';
import { procedure } from './procedure.ts';

export const JobId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,47}$/, 'use lower-case letters, digits, - and _, at most 48');
export const JobRunId = z.number().int().positive();

const FilePath = z.string().trim().min(1).max(2000);
/** Unix time in ms of the first picture; null when nobody knows it: then times count from 0 */
const StartsAt = z.number().int().nonnegative().nullable().default(null);

/** What is counted. Paths are those of the PC of the station. */
export const JobSource = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('clip'), path: FilePath, startsAt: StartsAt }),
  /** All videos of a folder, in the order of their names; with `onlyNew` those that no run of the job has counted yet */
  z.object({
    kind: z.literal('folder'),
    path: FilePath,
    onlyNew: z.boolean().default(false),
  }),
  /** Pictures of one camera in the order of their names, so many ms apart */
  z.object({
    kind: z.literal('pictures'),
    path: FilePath,
    intervalMs: z.number().int().min(33).max(60_000).default(1000),
    startsAt: StartsAt,
  }),
  /** What a camera has recorded of this time */
  z.object({
    kind: z.literal('recording'),
    cameraId: CameraId,
    from: z.number().int().nonnegative(),
    to: z.number().int().nonnegative(),
  }),
  /** What a camera has recorded of the last hours before the run */
  z.object({
    kind: z.literal('recent'),
    cameraId: CameraId,
    hours: z.number().min(0.1).max(168),
  }),
]);
export type JobSource = z.infer<typeof JobSource>;

/** A line of a job, in every picture of it. */
export const JobLine = Line.omit({ cameraId: true, revision: true });
export type JobLine = z.infer<typeof JobLine>;

/** How the pictures are looked at; null is as on the card of the model and as on a camera. */
export const JobSettings = z.object({
  ...ExperimentArm.pick({ scoreFloor: true, nmsIou: true, trackFrom: true }).shape,
  /** Most frames of a second that are counted */
  fps: z.number().min(1).max(30).default(30),
  /** Pictures in one run of the network, where the model takes so many */
  batch: z.number().int().min(1).max(64).default(32),
});
export type JobSettings = z.infer<typeof JobSettings>;

/** When a job runs by itself. */
export const JobSchedule = z.object({
  /** Minute, hour, day of the month, month, day of the week: `30 2 * * *` is half past two each night */
  cron: z.string().trim().min(9).max(100),
  /** IANA name of the zone whose clock is meant */
  timeZone: z.string().min(1).max(64),
  isEnabled: z.boolean().default(true),
});
export type JobSchedule = z.infer<typeof JobSchedule>;

/** What a job is made of. */
export const Job = z.object({
  id: JobId,
  name: z.string().trim().min(1).max(80),
  sources: z.array(JobSource).min(1).max(100),
  /** A model of the registry; null is the one that counts on the site when a run begins */
  model: ModelId.nullable(),
  settings: JobSettings,
  /** Count on the lines of this camera as they are when a run begins, or on those in `lines` */
  linesOf: CameraId.nullable(),
  lines: z.array(JobLine).max(16),
  schedule: JobSchedule.nullable(),
  /** Due times up to this one are not made up for */
  scheduledFrom: z.number().int(),
  createdAt: z.number().int(),
  createdBy: z.string(),
});
export type Job = z.infer<typeof Job>;

export const JobRunState = z.enum(['waiting', 'running', 'paused', 'done', 'cancelled', 'failed']);
export type JobRunState = z.infer<typeof JobRunState>;

/** One time that a job ran, with everything its counts depend on. Unix times in ms. */
export const JobRun = z.object({
  id: JobRunId,
  jobId: JobId,
  state: JobRunState,
  createdAt: z.number().int(),
  startedAt: z.number().int().nullable(),
  endedAt: z.number().int().nullable(),
  /** Who began it */
  by: z.string(),
  /** When it was due; null when somebody began it by hand */
  dueAt: z.number().int().nullable(),
  /** Null until it has begun */
  model: z.object({ digest: Digest, title: z.string() }).nullable(),
  settings: JobSettings,
  lines: z.array(JobLine),
  /** SHA-256 of model, card, settings and lines; null until it has begun */
  configDigest: z.string().nullable(),
  /** SHA-256 of everything that was counted: two runs over the same pictures with the same settings have the same */
  resultDigest: z.string().nullable(),
  /** Why nothing could be counted at all */
  error: ErrorBody.nullable(),
});
export type JobRun = z.infer<typeof JobRun>;

export const JobItemState = z.enum(['waiting', 'running', 'done', 'failed']);

/** A clip, a stretch of a recording or a folder of pictures of a run. */
export const JobItem = z.object({
  position: z.number().int().nonnegative(),
  /** Name of the file or folder, or id of the camera */
  place: z.string().min(1).max(300),
  state: JobItemState,
  /** Frames that were counted, and how far the pictures are, ms from the first one */
  frames: z.number().int().nonnegative(),
  doneMs: z.number().nonnegative(),
  /** Length of the pictures, ms; null while it is not known */
  lengthMs: z.number().nonnegative().nullable(),
  /** Why it was not counted to its end; what was counted before stays */
  error: ErrorBody.nullable(),
  /** Pictures of a folder that could not be read */
  skipped: z.array(z.object({ name: z.string(), message: z.string() })),
});
export type JobItem = z.infer<typeof JobItem>;

/** How far a run is. */
export const JobProgress = z.object({
  items: z.number().int(),
  done: z.number().int(),
  failed: z.number().int(),
  frames: z.number().int(),
  crossings: z.number().int(),
  /** 0…1, over all items */
  share: z.number().min(0).max(1),
});
export type JobProgress = z.infer<typeof JobProgress>;

export const JobRunView = JobRun.extend({ name: z.string(), progress: JobProgress });
export type JobRunView = z.infer<typeof JobRunView>;

export const JobView = Job.extend({
  /** Null while it does not run by itself */
  nextAt: z.number().int().nullable(),
  /** Newest first */
  runs: z.array(JobRunView),
});
export type JobView = z.infer<typeof JobView>;

/** A crossing of a run. */
export const JobCrossing = z.object({
  /** Grows with each row of a run in the order of items and time */
  id: z.number().int().positive(),
  position: z.number().int().nonnegative(),
  place: z.string(),
  lineId: LineId,
  direction: Direction,
  label: Label,
  trackId: z.number().int().nonnegative(),
  ordinal: z.number().int().nonnegative(),
  /** Unix time in ms; ms from the beginning where that of the pictures is not known */
  at: z.number().int(),
  score: z.number(),
  box: Box,
});
export type JobCrossing = z.infer<typeof JobCrossing>;

/** Sums of one line of one item and label over one bucket. */
export const JobTally = z.object({
  position: z.number().int(),
  place: z.string(),
  lineId: LineId,
  label: Label,
  from: z.number().int(),
  in: z.number().int().nonnegative(),
  out: z.number().int().nonnegative(),
});
export type JobTally = z.infer<typeof JobTally>;

export const JobBucket = z.enum(['minute', 'quarter', 'hour', 'day', 'all']);
export type JobBucket = z.infer<typeof JobBucket>;

/** Two runs on one line of one place. */
export const JobComparison = z.object({
  a: JobRunView,
  b: JobRunView,
  rows: z.array(
    z.object({
      place: z.string(),
      lineId: LineId,
      a: z.number().int(),
      b: z.number().int(),
      /** Events that both counted, only one did, or both in different ways */
      counts: z.record(PairKind, z.number().int()),
    }),
  ),
});
export type JobComparison = z.infer<typeof JobComparison>;

const byRun = z.object({ runId: z.coerce.number().pipe(JobRunId) });

export const JobDraft = Job.omit({
  id: true,
  scheduledFrom: true,
  createdAt: true,
  createdBy: true,
}).extend({
  model: Job.shape.model.default(null),
  settings: JobSettings.prefault({}),
  linesOf: Job.shape.linesOf.default(null),
  lines: Job.shape.lines.default([]),
  schedule: Job.shape.schedule.default(null),
  /** Whether it runs now; a job with a schedule may wait for it */
  isStarted: z.boolean().default(true),
});

export const jobProcedures = {
  'job.list': procedure({
    kind: 'query',
    route: 'GET /jobs',
    role: 'viewer',
    summary: 'Lists batch jobs with their last runs, newest first',
    input: z.object({}),
    output: z.array(JobView),
  }),
  'job.get': procedure({
    kind: 'query',
    route: 'GET /jobs/{id}',
    role: 'viewer',
    summary: 'Shows one batch job with all its runs',
    input: z.object({ id: JobId }),
    output: JobView,
  }),
  'job.create': procedure({
    kind: 'command',
    route: 'POST /jobs',
    role: 'ml-engineer',
    summary: 'Makes a batch job of clips, folders, pictures or recordings, and runs it',
    input: JobDraft,
    output: JobView,
  }),
  'job.setSchedule': procedure({
    kind: 'command',
    route: 'PUT /jobs/{id}/schedule',
    role: 'ml-engineer',
    summary: 'Says when a batch job runs by itself; null never',
    input: z.object({ id: JobId, schedule: JobSchedule.nullable() }),
    output: JobView,
  }),
  'job.remove': procedure({
    kind: 'command',
    route: 'DELETE /jobs/{id}',
    role: 'ml-engineer',
    summary: 'Removes a batch job with everything its runs have counted',
    input: z.object({ id: JobId }),
    output: z.object({}),
  }),
  'job.run': procedure({
    kind: 'command',
    route: 'POST /jobs/{id}/runs',
    role: 'ml-engineer',
    summary: 'Runs a batch job now',
    input: z.object({ id: JobId }),
    output: JobRunView,
  }),
  'job.setState': procedure({
    kind: 'command',
    route: 'POST /job-runs/{runId}/state',
    role: 'ml-engineer',
    summary: 'Pauses a run, lets it go on at the same frame, or cancels it',
    input: byRun.extend({ state: z.enum(['running', 'paused', 'cancelled']) }),
    output: JobRunView,
  }),
  'job.result': procedure({
    kind: 'query',
    route: 'GET /job-runs/{runId}',
    role: 'viewer',
    summary: 'Shows what a run has counted: its items and its sums by time',
    input: byRun.extend({
      bucket: JobBucket.default('all'),
      /** IANA name of the zone in which hours and days begin; the station's own when left out */
      timeZone: z.string().min(1).max(64).optional(),
    }),
    output: z.object({ run: JobRunView, items: z.array(JobItem), tallies: z.array(JobTally) }),
  }),
  'job.crossings': procedure({
    kind: 'query',
    route: 'GET /job-runs/{runId}/crossings',
    role: 'viewer',
    summary: 'Lists the crossings of a run in the order of items and time, page by page',
    input: byRun.extend({
      afterId: z.coerce.number().int().nonnegative().default(0),
      limit: z.coerce.number().int().min(1).max(10_000).default(1000),
    }),
    output: z.array(JobCrossing),
  }),
  'job.rows': procedure({
    kind: 'query',
    route: 'GET /job-runs/{runId}/rows',
    role: 'viewer',
    summary: 'Gives a page of the crossings of a run as lines of CSV',
    input: byRun.extend({
      afterId: z.coerce.number().int().nonnegative().default(0),
      limit: z.coerce.number().int().min(1).max(10_000).default(5000),
      bom: z.boolean().default(false),
    }),
    output: z.object({
      /** The first page begins with the names of the columns */
      text: z.string(),
      rows: z.number().int().nonnegative(),
      /** Send it with the next question; null after the last row */
      next: z.object({ afterId: z.number().int() }).nullable(),
    }),
  }),
  'job.compare': procedure({
    kind: 'query',
    route: 'GET /job-runs/{runId}/compare/{otherId}',
    role: 'viewer',
    summary: 'Compares two runs event by event, for each place and line',
    input: byRun.extend({ otherId: z.coerce.number().pipe(JobRunId) }),
    output: JobComparison,
  }),
};
