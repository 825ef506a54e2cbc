/**
 * Sections of a report beside its counts: what else happened in its time, and what it took. Unix times in ms.
 */
import { z } from 'zod';
import { AlertSeverity } from './alert.ts';
import { CameraId } from './camera.ts';
import { IncidentKind } from './recovery.ts';
import { AliasCause } from './registry.ts';

export const ReportSection = z.enum([
  /** How long people and vehicles stayed in zones, and how many at once */
  'zones',
  /** How many went from one place to another, and how long that took */
  'flows',
  'alerts',
  /** What failed, and what was not observed meanwhile */
  'incidents',
  /** Where another model began to count */
  'models',
  'certificates',
  /** How fast models were, and what a million inferences cost */
  'performance',
]);
export type ReportSection = z.infer<typeof ReportSection>;

/** Sections of a report of which nothing was said. */
export const usualSections: readonly ReportSection[] = ['models', 'certificates'];

const Place = z.object({
  cameraId: CameraId,
  cameraName: z.string(),
  id: z.string(),
  name: z.string(),
});

/** Stays that ended in the time; without one, and when the single rows are in the archive, nothing is known of them. */
export const ZoneFigure = Place.extend({
  isDrawn: z.boolean(),
  entered: z.number().int().nonnegative(),
  left: z.number().int().nonnegative(),
  meanSeconds: z.number().nonnegative().nullable(),
  /** Half of the stays were shorter */
  medianSeconds: z.number().nonnegative().nullable(),
  longestSeconds: z.number().nonnegative().nullable(),
  /** How many were inside on average while the zone was observed */
  meanInside: z.number().nonnegative().nullable(),
  mostInside: z.number().int().nonnegative().nullable(),
  /** When that was for the first time */
  mostInsideAt: z.number().int().nullable(),
  observedSeconds: z.number().nonnegative(),
});
export type ZoneFigure = z.infer<typeof ZoneFigure>;

export const FlowFigure = Place.extend({
  passages: z.number().int().nonnegative(),
  /** null without passages */
  meanSeconds: z.number().nonnegative().nullable(),
  observedSeconds: z.number().nonnegative(),
});
export type FlowFigure = z.infer<typeof FlowFigure>;

export const AlertEntry = z.object({
  firedAt: z.number().int(),
  /** null while it is open */
  resolvedAt: z.number().int().nullable(),
  ruleName: z.string(),
  severity: AlertSeverity,
  /** Camera, zone, line or model it is about; null for the station */
  subjectName: z.string().nullable(),
  detail: z.string(),
  acknowledgedBy: z.string().nullable(),
});
export type AlertEntry = z.infer<typeof AlertEntry>;

export const AlertsPart = z.object({
  bySeverity: z.record(AlertSeverity, z.number().int().nonnegative()),
  /** Oldest first; of very many the newest only */
  entries: z.array(AlertEntry),
});
export type AlertsPart = z.infer<typeof AlertsPart>;

export const IncidentEntry = z.object({
  from: z.number().int(),
  /** null while it lasts */
  to: z.number().int().nullable(),
  kind: IncidentKind,
  /** One English sentence */
  cause: z.string(),
  /** Cameras on which something was missed, with how much */
  impact: z.array(z.object({ cameraName: z.string(), notObservedSeconds: z.number() })),
});
export type IncidentEntry = z.infer<typeof IncidentEntry>;

export const ModelChange = z.object({
  at: z.number().int(),
  cameraId: CameraId,
  cameraName: z.string(),
  /** `name@version` of the one that counts from here on, and of the one before */
  model: z.string(),
  former: z.string(),
  /** Who made it count and why; null where nobody did, as after a failure */
  why: z.object({ by: z.string(), cause: AliasCause, reason: z.string() }).nullable(),
});
export type ModelChange = z.infer<typeof ModelChange>;

export const ModelFigure = z.object({
  digest: z.string(),
  /** `name@version` */
  model: z.string(),
  inferences: z.number().int().nonnegative(),
  /** Of one inference, ms; null without any */
  inferP50Ms: z.number().nullable(),
  inferP95Ms: z.number().nullable(),
  /** From the picture to its count, ms */
  totalP95Ms: z.number().nullable(),
  /** Of the computing time of all models, 0 to 1 */
  computeShare: z.number().min(0).max(1),
  /** In the currency of the price; null without a price and without inferences */
  costPerMillion: z.number().nonnegative().nullable(),
});
export type ModelFigure = z.infer<typeof ModelFigure>;

export const PerformancePart = z.object({
  /** First and last minute of which there are figures; null when there are none */
  from: z.number().int().nullable(),
  to: z.number().int().nullable(),
  /** Hours in which the station ran, of those minutes */
  hours: z.number().nonnegative(),
  /** Price of the PC an hour; null where none is set */
  pricePerHour: z.number().positive().nullable(),
  /** ISO 4217 */
  currency: z.string(),
  /** The most inferences first */
  models: z.array(ModelFigure),
});
export type PerformancePart = z.infer<typeof PerformancePart>;

/** What a report has beside its counts; null for sections that were not chosen. Certificates are those of its lines. */
export const ReportDetails = z.object({
  zones: z.array(ZoneFigure).nullable(),
  flows: z.array(FlowFigure).nullable(),
  alerts: AlertsPart.nullable(),
  incidents: z.array(IncidentEntry).nullable(),
  models: z.array(ModelChange).nullable(),
  performance: PerformancePart.nullable(),
});
export type ReportDetails = z.infer<typeof ReportDetails>;
