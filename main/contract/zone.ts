/**
 * Zones and flows: who is inside a drawn area, for how long, and who went from one place to another.
 */
import { z } from 'zod';
import { CameraId } from './camera.ts';
import { Anchor, Direction, LineId } from './counting.ts';
import { Label } from './detection.ts';
import { Box, Point } from './geometry.ts';

const slug = /^[a-z0-9][a-z0-9_-]{0,47}$/;
const slugHint = 'use lower-case letters, digits, - and _, at most 48';

export const ZoneId = z.string().regex(slug, slugHint);
export type ZoneId = z.infer<typeof ZoneId>;

/** An area of the picture: a polygon, normalised, closed from its last to its first point. */
export const Zone = z.object({
  id: ZoneId,
  cameraId: CameraId,
  name: z.string().min(1).max(80),
  points: z.array(Point).min(3).max(32),
  anchor: Anchor,
  /** Which labels count in this zone; empty means all */
  labels: z.array(Label),
  /** A stay that lasts longer is loitering; null when nobody asks */
  loiterSeconds: z.number().positive().nullable(),
  /** Grows by one with every edit; old events keep theirs */
  revision: z.number().int().positive(),
});
export type Zone = z.infer<typeof Zone>;

/** What a user sends to draw or change a zone; the station gives the revision. */
export const ZoneDraft = Zone.omit({ revision: true }).extend({
  id: ZoneId.optional(),
  anchor: Anchor.default('bottom'),
  labels: z.array(Label).default([]),
  loiterSeconds: z.number().positive().nullable().default(null),
});
export type ZoneDraft = z.input<typeof ZoneDraft>;

/** `loiter` comes once per stay. */
export const ZoneEventKind = z.enum(['enter', 'leave', 'loiter']);
export type ZoneEventKind = z.infer<typeof ZoneEventKind>;

/** What a track did in a zone, as the rule saw it: no ids of the station yet. */
export const ZoneChange = z.object({
  zoneId: ZoneId,
  zoneRevision: z.number().int().positive(),
  trackId: z.number().int().nonnegative(),
  /** 0 for the first event of this track in this zone, then 1, 2 … */
  ordinal: z.number().int().nonnegative(),
  kind: ZoneEventKind,
  /** Whether it was seen to pass the edge; else it was born inside, or lost there */
  isSeenPassing: z.boolean(),
  label: Label,
  /** Camera's own time line, seconds: the first look inside, the first look outside, or the last one where it was lost */
  atSeconds: z.number(),
  frameSeq: z.number().int().nonnegative(),
  /** Seconds inside, so far (loiter) or in all (leave); 0 on enter */
  dwellSeconds: z.number().nonnegative(),
  score: z.number(),
  /** The anchor at that look */
  point: Point,
  box: Box,
});
export type ZoneChange = z.infer<typeof ZoneChange>;

/** Who is inside a zone now. */
export const ZoneOccupancy = z.object({
  zoneId: ZoneId,
  count: z.number().int().nonnegative(),
  byLabel: z.partialRecord(Label, z.number().int().positive()),
  /** Longest present stay, seconds; 0 when nobody is inside */
  longestDwellSeconds: z.number().nonnegative(),
});
export type ZoneOccupancy = z.infer<typeof ZoneOccupancy>;

export const FlowId = z.string().regex(slug, slugHint);
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
  maxSeconds: z.number().positive(),
  revision: z.number().int().positive(),
});
export type Flow = z.infer<typeof Flow>;

/** One track that went from A to B. */
export const FlowPassage = z.object({
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
export type FlowPassage = z.infer<typeof FlowPassage>;

/** Why a number of people was set to another one than in − out gives. */
export const CorrectionReason = z.enum([
  /** More had left than had come in: somebody was missed */
  'more-out-than-in',
  /** More were seen inside at one time than the doors had let in */
  'seen-inside',
  /** The site is known to be empty at this hour */
  'known-empty',
  /** A person counted */
  'set-by-hand',
]);
export type CorrectionReason = z.infer<typeof CorrectionReason>;

/** A correction of the site's occupancy: never silent, always in the log. */
export const OccupancyCorrection = z.object({
  /** Unix time in ms */
  at: z.number().int(),
  before: z.number().int().nonnegative(),
  after: z.number().int().nonnegative(),
  reason: CorrectionReason,
  /** What the person wrote who set it; empty otherwise */
  note: z.string().max(500),
});
export type OccupancyCorrection = z.infer<typeof OccupancyCorrection>;

/** How many are on the site, and between which numbers that is sure. */
export const SiteOccupancy = z.object({
  count: z.number().int().nonnegative(),
  low: z.number().int().nonnegative(),
  high: z.number().int().nonnegative(),
  /** Unix time in ms of the last correction, from which the doubt grows; null when there was none */
  correctedAt: z.number().int().nullable(),
  /** Crossings of all doors since then */
  crossingsSince: z.number().int().nonnegative(),
});
export type SiteOccupancy = z.infer<typeof SiteOccupancy>;
