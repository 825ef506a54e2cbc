/**
 * Zones: who is inside a drawn area, and for how long.
 */
import { z } from 'zod';
import { CameraId } from './camera.ts';
import { Anchor } from './counting.ts';
import { Label } from './detection.ts';
import { Box, Point } from './geometry.ts';
import { procedure } from './procedure.ts';

export const ZoneId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,47}$/, 'use lower-case letters, digits, - and _, at most 48');
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

/** One row of the ledger: somebody entered a zone, left it, or stayed there too long. */
export const ZoneEvent = ZoneChange.omit({
  trackId: true,
  atSeconds: true,
  frameSeq: true,
}).extend({
  id: z.number().int().positive(),
  cameraId: CameraId,
  /** camera, epoch and number: `gate-cam:12:345`, never issued twice */
  trackUid: z.string(),
  /** Unix time in ms */
  at: z.number().int(),
  /** SHA-256 of the model file that saw it */
  modelDigest: z.string(),
  /** SHA-256 of the settings that decided it */
  configDigest: z.string(),
});
export type ZoneEvent = z.infer<typeof ZoneEvent>;

/** Who is inside a zone now. */
export const ZoneOccupancy = z.object({
  zoneId: ZoneId,
  count: z.number().int().nonnegative(),
  byLabel: z.partialRecord(Label, z.number().int().positive()),
  /** Longest present stay, seconds; 0 when nobody is inside */
  longestDwellSeconds: z.number().nonnegative(),
});
export type ZoneOccupancy = z.infer<typeof ZoneOccupancy>;

/** Who is inside the zones of one camera, as of one frame whose checkpoint is written. */
export const CameraOccupancy = z.object({
  cameraId: CameraId,
  /** Unix time in ms of the frame; what is old is no longer known */
  at: z.number().int(),
  zones: z.array(ZoneOccupancy),
});
export type CameraOccupancy = z.infer<typeof CameraOccupancy>;

/** Which rows of the ledger are asked for. */
export const RowRange = z.object({
  /** Unix time in ms, inclusive */
  from: z.number().int().nonnegative().optional(),
  /** Unix time in ms, exclusive */
  to: z.number().int().nonnegative().optional(),
  cameraId: CameraId.optional(),
  /** Only rows older than this one, to page backwards; rows are ordered by time, then by id */
  beforeId: z.number().int().positive().optional(),
  limit: z.number().int().min(1).max(1000).default(100),
});

export const zoneProcedures = {
  'zone.list': procedure({
    kind: 'query',
    route: 'GET /zones',
    role: 'viewer',
    summary: 'Lists the zones of one camera or of all',
    input: z.object({ cameraId: CameraId.optional() }),
    output: z.array(Zone),
  }),
  'zone.save': procedure({
    kind: 'command',
    route: 'POST /zones',
    role: 'operator',
    summary: 'Draws a new zone or changes one; counting goes on with the new revision',
    input: ZoneDraft,
    output: Zone,
  }),
  'zone.remove': procedure({
    kind: 'command',
    route: 'DELETE /zones/{id}',
    role: 'operator',
    summary: 'Removes a zone that no flow uses; its events stay in the ledger',
    input: z.object({ id: ZoneId }),
    output: z.object({}),
  }),
  'zoneEvent.list': procedure({
    kind: 'query',
    route: 'GET /zone-events',
    role: 'viewer',
    summary: 'Lists who entered, left or loitered in zones, newest first',
    input: RowRange.extend({ zoneId: ZoneId.optional(), kind: ZoneEventKind.optional() }),
    output: z.array(ZoneEvent),
  }),
  'occupancy.get': procedure({
    kind: 'query',
    route: 'GET /occupancy',
    role: 'viewer',
    summary: 'Shows who is inside the zones now, with the longest present stay',
    input: z.object({ cameraId: CameraId.optional() }),
    output: z.array(CameraOccupancy),
  }),
};
