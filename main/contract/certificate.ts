/**
 * Certificates: how many crossings a line finds and how many of its crossings are right, as a person found by counting clips
 * blind (blind-count.ts). The interval on every count follows from them. They have nothing to do with the audit log of who did what.
 */
import { z } from 'zod';
import { CameraId } from './camera.ts';
import { LineId, Sums } from './counting.ts';
import { procedure } from './procedure.ts';

/** What decides whether somebody counts: a certificate holds for this alone. */
export const CountingSetup = z.object({
  cameraId: CameraId,
  lineId: LineId,
  lineRevision: z.number().int().positive(),
  modelDigest: z.string(),
  configDigest: z.string(),
});
export type CountingSetup = z.infer<typeof CountingSetup>;

/** A share that was estimated from a sample, with its 95 % interval. */
export const SampledShare = z.object({
  value: z.number().min(0).max(1),
  low: z.number().min(0).max(1),
  high: z.number().min(0).max(1),
  /** Events in the sample */
  events: z.number().int().positive(),
  /** Independent events that would tell as much */
  effective: z.number().positive(),
});
export type SampledShare = z.infer<typeof SampledShare>;

/** Null where the sample has no event to tell it from. */
export const CountedQuality = z.object({
  /** Share of the true crossings that were counted */
  recall: SampledShare.nullable(),
  /** Share of the counted crossings that were true */
  precision: SampledShare.nullable(),
});
export type CountedQuality = z.infer<typeof CountedQuality>;

/** What of a setup changed since the certificate. */
export const SetupChange = z.enum(['line', 'model', 'settings', 'removed']);
export type SetupChange = z.infer<typeof SetupChange>;

/** What is stored of a certificate, for good. */
export const IssuedCertificate = CountingSetup.extend({
  id: z.number().int().positive(),
  blindCountId: z.number().int().positive(),
  /** Unix time in ms */
  at: z.number().int(),
  /** Who counted */
  by: z.string(),
  lineName: z.string(),
  /** Name and version */
  model: z.string(),
  /** The recorded time that the clips were drawn from, Unix times in ms */
  from: z.number().int(),
  to: z.number().int(),
  clipSeconds: z.number().positive(),
  /** Clips that could have been drawn, that were drawn, and that were counted */
  slots: z.number().int(),
  drawn: z.number().int(),
  counted: z.number().int(),
  /** Crossings in the counted clips: true ones, and those of the station */
  trueEvents: Sums,
  stationEvents: Sums,
  in: CountedQuality,
  out: CountedQuality,
  both: CountedQuality,
});
export type IssuedCertificate = z.infer<typeof IssuedCertificate>;

export const Certificate = IssuedCertificate.extend({
  /** Empty while it holds for what counts now; else it is out of date and holds for the time before only */
  changes: z.array(SetupChange),
});
export type Certificate = z.infer<typeof Certificate>;

export const certificateProcedures = {
  'certificate.list': procedure({
    kind: 'query',
    route: 'GET /certificates',
    role: 'viewer',
    summary: 'Lists the certificates of lines, newest first, and whether they still hold',
    input: z.object({ cameraId: CameraId.optional(), lineId: LineId.optional() }),
    output: z.array(Certificate),
  }),
  'certificate.get': procedure({
    kind: 'query',
    route: 'GET /certificates/{id}',
    role: 'viewer',
    summary: 'Shows one certificate',
    input: z.object({ id: z.number().int().positive() }),
    output: Certificate,
  }),
};
