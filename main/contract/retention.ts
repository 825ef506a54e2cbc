/**
 * What the station keeps: each kind of data with where it is, how much there is, for how long, and who may see it.
 */
import { z } from 'zod';
import { Role } from './access.ts';
import { procedure } from './procedure.ts';

/** Kinds whose time an admin sets. Times are in days; the limits say what the station needs and what a site may want. */
export const keptDays = {
  paths: { least: 0, most: 366, usual: 30 },
  alerts: { least: 7, most: 3650, usual: 400 },
  notifications: { least: 1, most: 366, usual: 30 },
  metrics: { least: 1, most: 90, usual: 7 },
  experiments: { least: 7, most: 3650, usual: 400 },
  logs: { least: 1, most: 366, usual: 30 },
  downloads: { least: 1, most: 90, usual: 7 },
} as const;

export const TimedKind = z.enum([
  'paths',
  'alerts',
  'notifications',
  'metrics',
  'experiments',
  'logs',
  'downloads',
]);
export type TimedKind = z.infer<typeof TimedKind>;

export const DataKind = z.enum([
  'counts',
  'paths',
  'recordings',
  'clips',
  'blind-counts',
  'alerts',
  'notifications',
  'metrics',
  'experiments',
  'audit',
  'accounts',
  'answers',
  'reports',
  'logs',
  'downloads',
  'backups',
]);
export type DataKind = z.infer<typeof DataKind>;

/** How long a kind is kept. */
export const Keeping = z.discriminatedUnion('rule', [
  /** Until the data folder is removed: nothing replaces it */
  z.object({ rule: z.literal('for-ever') }),
  /** So many days, which an admin sets */
  z.object({
    rule: z.literal('days'),
    days: z.number().int().nonnegative(),
    least: z.number().int(),
    most: z.number().int(),
    usual: z.number().int(),
  }),
  /** As each camera's recording says */
  z.object({ rule: z.literal('per-camera') }),
  /** As each scheduled report says */
  z.object({ rule: z.literal('per-schedule') }),
  /** An hour after it was last asked for */
  z.object({ rule: z.literal('an-hour') }),
  /** In memory, and in Redis where that is set; seconds */
  z.object({ rule: z.literal('memory'), seconds: z.number().int().nonnegative() }),
  /** Until an admin removes it */
  z.object({ rule: z.literal('until-removed') }),
]);
export type Keeping = z.infer<typeof Keeping>;

/** How much there is. Nulls where it is not known. */
export const DataAmount = z.object({
  rows: z.number().int().nonnegative().nullable(),
  /** Of the database it is estimated from a part of the rows */
  bytes: z.number().int().nonnegative().nullable(),
  /** Unix time in ms; null when there is nothing */
  oldestAt: z.number().int().nullable(),
});
export type DataAmount = z.infer<typeof DataAmount>;

export const KeptData = DataAmount.extend({
  kind: DataKind,
  /** File or folder within the data folder; `memory` for none */
  where: z.string(),
  keeping: Keeping,
  /** The least role that may see it */
  seenBy: Role,
});
export type KeptData = z.infer<typeof KeptData>;

/** What the last clean-up has done. */
export const Cleanup = z.object({
  /** Unix time in ms at which it ended */
  at: z.number().int(),
  removed: z.partialRecord(TimedKind, z.number().int().nonnegative()),
  /** The longest that one step took, with its wait for the database, ms */
  longestStepMs: z.number().nonnegative(),
});
export type Cleanup = z.infer<typeof Cleanup>;

const Days = z.number().int().min(0).max(3650);

export const retentionProcedures = {
  'retention.list': procedure({
    kind: 'query',
    route: 'GET /retention',
    role: 'viewer',
    summary: 'Lists what the station keeps: where, how much, how long, and who may see it',
    input: z.object({}),
    output: z.object({ kinds: z.array(KeptData), lastCleanup: Cleanup.nullable() }),
  }),
  'retention.preview': procedure({
    kind: 'query',
    route: 'GET /retention/{kind}/preview',
    role: 'admin',
    summary: 'Says what would be removed if a kind were kept for so many days',
    input: z.object({ kind: TimedKind, days: Days }),
    output: DataAmount,
  }),
  'retention.save': procedure({
    kind: 'command',
    route: 'PUT /retention/{kind}',
    role: 'admin',
    summary: 'Sets for how many days a kind is kept, and removes what is older',
    input: z.object({ kind: TimedKind, days: Days }),
    output: KeptData,
  }),
};
