/**
 * How many are on the site: in − out over its doors, and every correction of that number.
 */
import { z } from 'zod';
import { LineId } from './counting.ts';
import { procedure } from './procedure.ts';
import { ZoneId } from './zone.ts';
import { TimeOfDay } from './time-of-day.ts';

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

/** A correction as it stands in the log. */
export const LoggedCorrection = OccupancyCorrection.extend({
  id: z.number().int().positive(),
  /** Who did it; `station` for its own corrections */
  by: z.string(),
});
export type LoggedCorrection = z.infer<typeof LoggedCorrection>;

/** A line through which people come onto the site and leave it. */
export const SiteDoor = z.object({
  lineId: LineId,
  /** Whether the line's `in` leads off the site */
  isReversed: z.boolean().default(false),
});
export type SiteDoor = z.infer<typeof SiteDoor>;

/** What makes up the site for its occupancy. Nothing is counted before it has a door. */
export const SiteDefinition = z.object({
  doors: z.array(SiteDoor).max(64),
  /** Zones in which people are seen directly; they must not overlap, since their occupants are added up */
  zones: z.array(ZoneId).max(64).default([]),
  /** The site is empty when these hours begin, by the clock of the station's time zone; null when it never is for sure */
  emptyHours: z.object({ from: TimeOfDay, to: TimeOfDay }).nullable().default(null),
  /** Share of crossings taken as missed or false; 0.05 until an audit has measured it */
  errorShare: z.number().min(0).max(0.5).default(0.05),
});
export type SiteDefinition = z.infer<typeof SiteDefinition>;

export const siteProcedures = {
  'site.get': procedure({
    kind: 'query',
    route: 'GET /site',
    role: 'viewer',
    summary: 'Shows the doors of the site and the hours in which it is known to be empty',
    input: z.object({}),
    output: SiteDefinition,
  }),
  'site.save': procedure({
    kind: 'command',
    route: 'PUT /site',
    role: 'operator',
    summary:
      'Says which lines are doors of the site, which zones show people directly, when it is empty',
    input: SiteDefinition,
    output: SiteDefinition,
  }),
  'site.occupancy.get': procedure({
    kind: 'query',
    route: 'GET /site/occupancy',
    role: 'viewer',
    summary: 'Shows how many are on the site, between which numbers that is sure, and since when',
    input: z.object({}),
    output: SiteOccupancy,
  }),
  'site.occupancy.correct': procedure({
    kind: 'command',
    route: 'POST /site/occupancy/corrections',
    role: 'operator',
    summary: 'Sets how many are on the site, with the reason, which goes into the log for good',
    input: z.object({
      count: z.number().int().min(0).max(1_000_000),
      /** Why, in words: who counted, or what happened */
      note: z.string().trim().min(3, 'say why in a few words').max(500),
    }),
    output: SiteOccupancy,
  }),
  'site.occupancy.corrections': procedure({
    kind: 'query',
    route: 'GET /site/occupancy/corrections',
    role: 'viewer',
    summary: 'Lists the corrections of the number of people on the site, newest first',
    input: z.object({
      beforeId: z.number().int().positive().optional(),
      limit: z.number().int().min(1).max(1000).default(100),
    }),
    output: z.array(LoggedCorrection),
  }),
};
