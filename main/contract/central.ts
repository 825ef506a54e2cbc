/**
 * The central database of many stations: where it is, whether it has what this station counted, and the sums of all.
 */
import { z } from 'zod';
import { Sums } from './counting.ts';
import { ErrorBody } from './error.ts';
import { procedure } from './procedure.ts';
import { ReportBucket } from './report.ts';

export const CentralSettings = z.strictObject({
  host: z.string().trim().min(1).max(253).describe('Name or address of the PostgreSQL server'),
  port: z.number().int().min(1).max(65_535).default(5432).describe('Its port'),
  database: z.string().trim().min(1).max(63).default('tallywatch').describe('Its database'),
  user: z.string().trim().min(1).max(63).describe('Who may create tables there'),
  password: z.string().max(1000).describe('Kept sealed'),
  tls: z
    .enum(['verify', 'encrypt', 'off'])
    .default('verify')
    .describe(
      'Encrypted with a certificate that is checked, encrypted with any certificate, or plain',
    ),
  /** PEM; only with `verify`, for a certificate that no public authority has signed */
  authority: z.string().max(100_000).default('').describe('Certificate of the authority, PEM'),
  stationName: z
    .string()
    .trim()
    .min(1)
    .max(80)
    .describe('How this station is called among the others'),
});
export type CentralSettings = z.infer<typeof CentralSettings>;

/**
 * `behind` sends what waits, `current` has sent all, `away` cannot reach the database and tries again by itself. Unix ms.
 */
export const CentralState = z.discriminatedUnion('state', [
  z.object({ state: z.literal('off') }),
  z.object({ state: z.literal('connecting'), since: z.number().int() }),
  z.object({ state: z.literal('behind'), since: z.number().int() }),
  z.object({ state: z.literal('current'), since: z.number().int() }),
  z.object({
    state: z.literal('away'),
    since: z.number().int(),
    attempt: z.number().int(),
    retryAt: z.number().int(),
    reason: ErrorBody.pick({ code: true, message: true }),
  }),
]);
export type CentralState = z.infer<typeof CentralState>;

export const CentralStatus = z.object({
  /** Without the password; null when none is set */
  settings: CentralSettings.omit({ password: true }).nullable(),
  state: CentralState,
  /** Crossings and zone events that it does not have yet; null before it was reached for the first time since the start */
  waiting: z.number().int().nonnegative().nullable(),
  /** When it had everything last, Unix ms; null for never */
  currentAt: z.number().int().nullable(),
  /** Rows brought there since the start */
  sent: z.number().int().nonnegative(),
});
export type CentralStatus = z.infer<typeof CentralStatus>;

/** What one line of one station counted. */
export const CentralLine = Sums.extend({
  stationId: z.string(),
  cameraId: z.string(),
  lineId: z.string(),
});
export type CentralLine = z.infer<typeof CentralLine>;

export const CentralStation = Sums.extend({
  id: z.string(),
  name: z.string(),
  /** When it last brought something, Unix ms: what it counted later is not in the sums */
  seenAt: z.number().int(),
  /** Seconds that its cameras were observed within the time; of several cameras the sum */
  observedSeconds: z.number().nonnegative(),
  lines: z.array(CentralLine),
});
export type CentralStation = z.infer<typeof CentralStation>;

/** Sums of all stations; Unix times in ms, `to` exclusive. */
export const CentralCounts = z.object({
  from: z.number().int(),
  to: z.number().int(),
  bucket: ReportBucket,
  timeZone: z.string(),
  /** By name */
  stations: z.array(CentralStation),
  buckets: z.array(Sums.extend({ from: z.number().int(), to: z.number().int() })),
  total: Sums,
});
export type CentralCounts = z.infer<typeof CentralCounts>;

export const centralProcedures = {
  'central.get': procedure({
    kind: 'query',
    route: 'GET /central',
    role: 'viewer',
    summary: 'Shows the central database of many stations and whether it has everything',
    input: z.object({}),
    output: CentralStatus,
  }),
  'central.set': procedure({
    kind: 'command',
    route: 'PUT /central',
    role: 'admin',
    summary: 'Sets the central database after trying it, or takes it away; what it has stays there',
    input: z.object({
      /** Without a password the one that is set stays */
      settings: CentralSettings.partial({ password: true }).nullable(),
    }),
    output: CentralStatus,
  }),
  'central.counts': procedure({
    kind: 'query',
    route: 'GET /central/counts',
    role: 'viewer',
    summary: 'Sums the crossings of all stations, as far as they have been brought',
    input: z.object({
      /** Unix time in ms, inclusive; a whole quarter of an hour */
      from: z.number().int().nonnegative(),
      /** Unix time in ms, exclusive; a whole quarter of an hour */
      to: z.number().int().nonnegative(),
      bucket: ReportBucket.exclude(['minute']).default('day'),
    }),
    output: CentralCounts,
  }),
};
