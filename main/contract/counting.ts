/**
 * Lines, crossings and tallies: what is drawn by the user, what happened, and the sums over time.
 */
import { z } from 'zod';
import { CameraId } from './camera.ts';
import { Label } from './detection.ts';
import { Box, Point } from './geometry.ts';
import { procedure } from './procedure.ts';

export const LineId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,47}$/, 'use lower-case letters, digits, - and _, at most 48');
export type LineId = z.infer<typeof LineId>;

/** The point of a box that is tested against a line. */
export const Anchor = z.enum(['bottom', 'centre', 'top']);
export type Anchor = z.infer<typeof Anchor>;

/** `in` is the left-hand side of the way from the first to the last point, seen on the picture. */
export const Direction = z.enum(['in', 'out']);
export type Direction = z.infer<typeof Direction>;

/**
 * A counting line: a segment or a polyline, normalised.
 *
 *        in ↑
 *   a ───────────▶ b        seen from a to b, left is "in"
 *        out ↓
 */
export const Line = z.object({
  id: LineId,
  cameraId: CameraId,
  name: z.string().min(1).max(80),
  points: z.array(Point).min(2).max(16),
  anchor: Anchor,
  /** Which labels count on this line; empty means all */
  labels: z.array(Label),
  /** Smallest box that counts: its height as a share of the picture's height; every size counts when left out */
  minHeight: z.number().min(0).max(1).optional(),
  /** Grows by one with every edit; old crossings keep theirs */
  revision: z.number().int().positive(),
});
export type Line = z.infer<typeof Line>;

/** What a user sends to draw or move a line; the station gives the revision. */
export const LineDraft = Line.omit({ revision: true }).extend({
  id: LineId.optional(),
  anchor: Anchor.default('bottom'),
  labels: z.array(Label).default([]),
});
export type LineDraft = z.input<typeof LineDraft>;

/** A track that changed side, as the rule saw it: no ids of the station yet. */
export const LineCrossing = z.object({
  lineId: LineId,
  lineRevision: z.number().int().positive(),
  trackId: z.number().int().nonnegative(),
  /** 0 for the first crossing of this line by this track, then 1, 2 … */
  ordinal: z.number().int().nonnegative(),
  direction: Direction,
  label: Label,
  /** Time of the first observation beyond the band, seconds of the camera's own time line */
  atSeconds: z.number(),
  /** The frame of that observation */
  frameSeq: z.number().int().nonnegative(),
  score: z.number(),
  /** The anchor at that observation */
  point: Point,
  box: Box,
});
export type LineCrossing = z.infer<typeof LineCrossing>;

/** One row of the ledger. */
export const Crossing = z.object({
  id: z.number().int().positive(),
  cameraId: CameraId,
  lineId: LineId,
  lineRevision: z.number().int().positive(),
  /** camera, epoch and number: `gate-cam:12:345`, never issued twice */
  trackUid: z.string(),
  ordinal: z.number().int().nonnegative(),
  direction: Direction,
  label: Label,
  /** Unix time in ms */
  at: z.number().int(),
  score: z.number(),
  point: Point,
  box: Box,
  /** SHA-256 of the model file that saw it */
  modelDigest: z.string(),
  /** SHA-256 of the settings that decided it */
  configDigest: z.string(),
});
export type Crossing = z.infer<typeof Crossing>;

export const Bucket = z.enum(['minute', 'quarter', 'hour', 'day', 'week', 'month', 'all']);
export type Bucket = z.infer<typeof Bucket>;

/** From here on another model counts on a camera: figures before and after are of two different eyes. */
export const ModelBoundary = z.object({
  cameraId: CameraId,
  /** Time of the first frame that it saw, Unix ms */
  at: z.number().int(),
  /** SHA-256 of the version that counts from here on, and of the one before */
  digest: z.string(),
  former: z.string(),
});
export type ModelBoundary = z.infer<typeof ModelBoundary>;

/** A number for each direction. */
export const Sums = z.object({
  in: z.number().int().nonnegative(),
  out: z.number().int().nonnegative(),
});
export type Sums = z.infer<typeof Sums>;

/**
 * What the interval of a count follows from: a blind count of this line as it is set up, or, without one, what the public test
 * measured on cameras that nobody had audited.
 */
export const CountBasis = z.enum(['not-audited', 'audited']);
export type CountBasis = z.infer<typeof CountBasis>;

/** Sum of crossings of one line over one time bucket. */
export const Tally = z.object({
  cameraId: CameraId,
  lineId: LineId,
  /** Start of the bucket, Unix time in ms */
  from: z.number().int(),
  /** End of the bucket (exclusive), Unix time in ms */
  to: z.number().int(),
  in: z.number().int().nonnegative(),
  out: z.number().int().nonnegative(),
  /** Seconds of the bucket during which the line was drawn and its camera observed */
  observedSeconds: z.number().nonnegative(),
  /** Changes of the model within the bucket; left out where there was none */
  boundaries: z.array(ModelBoundary).optional(),
  /** The true numbers of the seconds observed lie between these with a chance of 95 % */
  low: Sums,
  high: Sums,
  basis: CountBasis,
  /** When the certificate was issued, Unix time in ms; null when not audited */
  auditedAt: z.number().int().nullable(),
  certificateId: z.number().int().positive().nullable(),
});
export type Tally = z.infer<typeof Tally>;

/** What is needed to count on after a crash: opaque to everybody but the worker. */
export const Checkpoint = z.object({
  cameraId: CameraId,
  epoch: z.number().int().positive(),
  frameSeq: z.number().int().nonnegative(),
  /** Unix time in ms of the frame */
  at: z.number().int(),
  /** Tracker and counters as JSON */
  state: z.string(),
});
export type Checkpoint = z.infer<typeof Checkpoint>;

const TimeRange = z.object({
  /** Unix time in ms, inclusive */
  from: z.number().int().nonnegative(),
  /** Unix time in ms, exclusive */
  to: z.number().int().nonnegative(),
});

export const countingProcedures = {
  'line.list': procedure({
    kind: 'query',
    route: 'GET /lines',
    role: 'viewer',
    summary: 'Lists the counting lines of one camera or of all',
    input: z.object({ cameraId: CameraId.optional() }),
    output: z.array(Line),
  }),
  'line.save': procedure({
    kind: 'command',
    route: 'POST /lines',
    role: 'operator',
    summary: 'Draws a new line or moves one; counting goes on with the new revision',
    input: LineDraft,
    output: Line,
  }),
  'line.remove': procedure({
    kind: 'command',
    route: 'DELETE /lines/{id}',
    role: 'operator',
    summary: 'Removes a line; its crossings stay in the ledger',
    input: z.object({ id: LineId }),
    output: z.object({}),
  }),
  'tally.query': procedure({
    kind: 'query',
    route: 'GET /tallies',
    role: 'viewer',
    summary: 'Sums crossings by line and time bucket, with the seconds observed',
    input: TimeRange.extend({
      cameraId: CameraId.optional(),
      lineId: LineId.optional(),
      bucket: Bucket.default('all'),
      /** IANA name of the zone in which hours and days begin; the station's own when left out */
      timeZone: z.string().min(1).max(64).optional(),
    }),
    output: z.array(Tally),
  }),
  'tally.boundaries': procedure({
    kind: 'query',
    route: 'GET /tallies/boundaries',
    role: 'viewer',
    summary: 'Lists where another model began to count, in the order of time',
    input: TimeRange.extend({ cameraId: CameraId.optional() }),
    output: z.array(ModelBoundary),
  }),
  'crossing.list': procedure({
    kind: 'query',
    route: 'GET /crossings',
    role: 'viewer',
    summary: 'Lists crossings, newest first',
    input: TimeRange.partial().extend({
      cameraId: CameraId.optional(),
      lineId: LineId.optional(),
      /** Only rows older than this one, to page backwards; rows are ordered by time, then by id */
      beforeId: z.number().int().positive().optional(),
      limit: z.number().int().min(1).max(1000).default(100),
    }),
    output: z.array(Crossing),
  }),
};
