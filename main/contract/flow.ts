/**
 * Flows: who went from one drawn place of a picture to another.
 */
import { z } from 'zod';
import { CameraId } from './camera.ts';
import { Bucket, Direction, LineId } from './counting.ts';
import { Label } from './detection.ts';
import { procedure } from './procedure.ts';
import { RowRange, ZoneId } from './zone.ts';

export const FlowId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,47}$/, 'use lower-case letters, digits, - and _, at most 48');
export type FlowId = z.infer<typeof FlowId>;

/** An end of a flow: entering a zone, leaving it, or crossing a line in one direction or in either (null). */
export const FlowEnd = z.discriminatedUnion('on', [
  z.object({ on: z.literal('zone'), zoneId: ZoneId, kind: z.enum(['enter', 'leave']) }),
  z.object({ on: z.literal('line'), lineId: LineId, direction: Direction.nullable() }),
]);
export type FlowEnd = z.infer<typeof FlowEnd>;

/** Tracks that pass A and then B within a limit. */
export const Flow = z.object({
  id: FlowId,
  cameraId: CameraId,
  name: z.string().min(1).max(80),
  from: FlowEnd,
  to: FlowEnd,
  /** A way that takes longer is no flow */
  maxSeconds: z.number().positive().max(86_400),
  /** Grows by one with every edit; old passages keep theirs */
  revision: z.number().int().positive(),
});
export type Flow = z.infer<typeof Flow>;

/** What a user sends to define or change a flow; the station gives the revision. */
export const FlowDraft = Flow.omit({ revision: true }).extend({
  id: FlowId.optional(),
  maxSeconds: z.number().positive().max(86_400).default(120),
});
export type FlowDraft = z.input<typeof FlowDraft>;

/** A track that went from A to B, as the rule saw it: no ids of the station yet. */
export const TrackPassage = z.object({
  flowId: FlowId,
  flowRevision: z.number().int().positive(),
  trackId: z.number().int().nonnegative(),
  /** 0 for the first passage of this flow by this track, then 1, 2 … */
  ordinal: z.number().int().nonnegative(),
  label: Label,
  /** Camera's own time line, seconds */
  fromSeconds: z.number(),
  toSeconds: z.number(),
  frameSeq: z.number().int().nonnegative(),
});
export type TrackPassage = z.infer<typeof TrackPassage>;

/** One row of the ledger: somebody went from A to B. */
export const FlowPassage = TrackPassage.omit({
  trackId: true,
  fromSeconds: true,
  toSeconds: true,
  frameSeq: true,
}).extend({
  id: z.number().int().positive(),
  cameraId: CameraId,
  trackUid: z.string(),
  /** Unix time in ms at which it passed A */
  fromAt: z.number().int(),
  /** Unix time in ms at which it passed B */
  at: z.number().int(),
  modelDigest: z.string(),
  configDigest: z.string(),
});
export type FlowPassage = z.infer<typeof FlowPassage>;

/** Passages of one flow over one time bucket. */
export const FlowTally = z.object({
  cameraId: CameraId,
  flowId: FlowId,
  /** Start of the bucket, Unix time in ms */
  from: z.number().int(),
  /** End of the bucket (exclusive), Unix time in ms */
  to: z.number().int(),
  passages: z.number().int().nonnegative(),
  /** How long the way took on average; null without passages */
  meanSeconds: z.number().nonnegative().nullable(),
  /** Seconds of the bucket during which the flow was defined and its camera observed */
  observedSeconds: z.number().nonnegative(),
});
export type FlowTally = z.infer<typeof FlowTally>;

export const flowProcedures = {
  'flow.list': procedure({
    kind: 'query',
    route: 'GET /flows',
    role: 'viewer',
    summary: 'Lists the flows of one camera or of all',
    input: z.object({ cameraId: CameraId.optional() }),
    output: z.array(Flow),
  }),
  'flow.save': procedure({
    kind: 'command',
    route: 'POST /flows',
    role: 'operator',
    summary: 'Defines a new flow from one zone or line to another, or changes one',
    input: FlowDraft,
    output: Flow,
  }),
  'flow.remove': procedure({
    kind: 'command',
    route: 'DELETE /flows/{id}',
    role: 'operator',
    summary: 'Removes a flow; its passages stay in the ledger',
    input: z.object({ id: FlowId }),
    output: z.object({}),
  }),
  'flowPassage.list': procedure({
    kind: 'query',
    route: 'GET /flow-passages',
    role: 'viewer',
    summary: 'Lists who went from one place to another, newest first',
    input: RowRange.extend({ flowId: FlowId.optional() }),
    output: z.array(FlowPassage),
  }),
  'flowPassage.tally': procedure({
    kind: 'query',
    route: 'GET /flow-tallies',
    role: 'viewer',
    summary: 'Sums passages by flow and time bucket, with the seconds observed',
    input: z.object({
      /** Unix time in ms, inclusive */
      from: z.number().int().nonnegative(),
      /** Unix time in ms, exclusive */
      to: z.number().int().nonnegative(),
      cameraId: CameraId.optional(),
      flowId: FlowId.optional(),
      bucket: Bucket.default('all'),
      /** IANA name of the zone in which hours and days begin; the station's own when left out */
      timeZone: z.string().min(1).max(64).optional(),
    }),
    output: z.array(FlowTally),
  }),
};
