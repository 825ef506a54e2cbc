/**
 * Rehearsals and trials of models: what is known of a new version before it counts, and what is watched while it is new.
 */
import { z } from 'zod';
import { CameraId } from './camera.ts';
import { Digest } from './model.ts';
import { procedure } from './procedure.ts';

/** One version on one piece of video. */
export const RehearsalRun = z.object({
  frames: z.number().int().nonnegative(),
  /** Crossings by line, of all directions */
  crossings: z.record(z.string(), z.number().int().nonnegative()),
  /** Boxes with a score of at least 0.5 on all frames */
  boxes: z.number().int().nonnegative(),
  /** 95th percentile of one run of the network, ms */
  p95Ms: z.number().nonnegative(),
  /** Most memory of its process, bytes */
  rssBytes: z.number().nonnegative(),
  /** Growth of the memory over the second half of the video, bytes */
  growthBytes: z.number(),
});
export type RehearsalRun = z.infer<typeof RehearsalRun>;

/** One piece of video through both versions. */
export const RehearsalClip = z.object({
  /** The golden clip's file, or the camera */
  name: z.string(),
  source: z.enum(['golden', 'recording', 'live']),
  champion: RehearsalRun,
  /** null when it broke down; the reasons tell how */
  challenger: RehearsalRun.nullable(),
  /** Sure boxes of the champion, and how many of them the challenger has too */
  expectedBoxes: z.number().int().nonnegative(),
  matchedBoxes: z.number().int().nonnegative(),
});
export type RehearsalClip = z.infer<typeof RehearsalClip>;

export const RehearsalReport = z.object({
  digest: Digest,
  /** The version that counts; null when none does */
  champion: Digest.nullable(),
  /** null for all cameras */
  cameraId: CameraId.nullable(),
  by: z.string(),
  isPassed: z.boolean(),
  /** Why it failed, a sentence each; empty when it passed */
  reasons: z.array(z.string()),
  /** What could not be proven, a sentence each */
  remarks: z.array(z.string()),
  clips: z.array(RehearsalClip),
  /** Share of this PC's cores that the new version would take on the cameras it will serve */
  load: z.number().nonnegative().nullable(),
  seconds: z.number().nonnegative(),
});
export type RehearsalReport = z.infer<typeof RehearsalReport>;

export const Rehearsal = z.object({
  id: z.number().int().positive(),
  /** Unix time in ms */
  at: z.number().int(),
  report: RehearsalReport,
});
export type Rehearsal = z.infer<typeof Rehearsal>;

/** What is watched of a version that counts since a short while. */
export const ModelTrial = z.object({
  digest: Digest,
  former: Digest,
  /** null for all cameras */
  cameraId: CameraId.nullable(),
  /** Unix times in ms */
  from: z.number().int(),
  to: z.number().int(),
  state: z.enum(['watching', 'passed', 'rolled-back', 'ended']),
  /** Why it was rolled back; empty otherwise */
  reason: z.string(),
  frames: z.number().int().nonnegative(),
  failures: z.number().int().nonnegative(),
  /** Frames at which both versions looked, sure boxes of the former one there, and how many the new one has too */
  compared: z.number().int().nonnegative(),
  expectedBoxes: z.number().int().nonnegative(),
  matchedBoxes: z.number().int().nonnegative(),
  /** 95th percentile of one run, ms; null before there is one */
  p95Ms: z.number().nullable(),
  formerP95Ms: z.number().nullable(),
});
export type ModelTrial = z.infer<typeof ModelTrial>;

export const rehearsalProcedures = {
  'model.rehearse': procedure({
    kind: 'command',
    route: 'POST /models/{digest}/rehearse',
    role: 'ml-engineer',
    summary:
      'Tries a model beside the one that counts, on golden clips and pictures of the cameras',
    input: z.object({ digest: Digest, cameraId: CameraId.nullable().default(null) }),
    output: Rehearsal,
  }),
  'model.rehearsals': procedure({
    kind: 'query',
    route: 'GET /models/rehearsals',
    role: 'viewer',
    summary: 'Shows what rehearsals have found, newest first',
    input: z.object({
      digest: Digest.optional(),
      limit: z.number().int().min(1).max(100).default(20),
    }),
    output: z.array(Rehearsal),
  }),
  'model.trials': procedure({
    kind: 'query',
    route: 'GET /models/trials',
    role: 'viewer',
    summary: 'Shows the models that were changed since the start of the station, and how they do',
    input: z.object({}),
    output: z.array(ModelTrial),
  }),
};
