/**
 * The archive: rows of the ledger that are old, in files; their sums by quarters of an hour stay in the station.
 */
import { z } from 'zod';
import { procedure } from './procedure.ts';

/** What is archived; also the name of its table. */
export const ArchiveKind = z.enum(['crossings', 'zone_events', 'flow_passages']);
export type ArchiveKind = z.infer<typeof ArchiveKind>;

/**
 * `removing`: the file is whole, its rows are leaving the station. `archived`: they are in the file only. `restoring`: they are
 * coming back. `restored`: they are in both.
 */
export const ArchiveState = z.enum(['removing', 'archived', 'restoring', 'restored']);
export type ArchiveState = z.infer<typeof ArchiveState>;

/** One file: the rows of one kind and one day (UTC). */
export const ArchivePart = z.object({
  kind: ArchiveKind,
  /** Days since 1970-01-01 UTC */
  day: z.number().int().nonnegative(),
  /** It has rows with ids up to this one: what came later for the same day has a part of its own */
  lastId: z.number().int().positive(),
  rows: z.number().int().positive(),
  /** Of the file */
  bytes: z.number().int().positive(),
  /** SHA-256 of the file, lower-case hex */
  digest: z.string().regex(/^[0-9a-f]{64}$/u),
  state: ArchiveState,
  /** When the file was written, Unix ms */
  at: z.number().int(),
});
export type ArchivePart = z.infer<typeof ArchivePart>;

/** Rows younger than this are never archived: recounts, certificates and minutes of a report need them. */
export const leastArchiveDays = 31;

export const ArchiveSettings = z.strictObject({
  /** Rows of days that ended so many days ago are archived by themselves; null for never */
  afterDays: z.number().int().min(leastArchiveDays).max(3650).nullable(),
  /** Whether each file is brought to the remote store of models too before its rows go */
  toRemote: z.boolean(),
});
export type ArchiveSettings = z.infer<typeof ArchiveSettings>;

/** What one kind has in the archive. */
export const ArchiveSum = z.object({
  kind: ArchiveKind,
  files: z.number().int().nonnegative(),
  rows: z.number().int().nonnegative(),
  bytes: z.number().int().nonnegative(),
  /** Start of the first day and end of the last one whose rows are in files only, Unix ms; null for none */
  span: z.object({ from: z.number().int(), to: z.number().int() }).nullable(),
});
export type ArchiveSum = z.infer<typeof ArchiveSum>;

export const ArchiveStatus = z.object({
  settings: ArchiveSettings,
  /** Folder of the files */
  folder: z.string(),
  kinds: z.array(ArchiveSum),
  /** Why rows that are old enough are still here; null when there is no reason */
  held: z.string().nullable(),
});
export type ArchiveStatus = z.infer<typeof ArchiveStatus>;

export const ArchiveWork = z.object({
  files: z.number().int().nonnegative(),
  rows: z.number().int().nonnegative(),
  held: z.string().nullable(),
});
export type ArchiveWork = z.infer<typeof ArchiveWork>;

/** A file that cannot be used. */
export const ArchiveFault = z.object({ name: z.string(), reason: z.string() });
export type ArchiveFault = z.infer<typeof ArchiveFault>;

const Time = z.number().int().nonnegative();

export const archiveProcedures = {
  'archive.get': procedure({
    kind: 'query',
    route: 'GET /archive',
    role: 'admin',
    summary: 'Shows what of the counts is in the archive, and what comes into it by itself',
    input: z.object({}),
    output: ArchiveStatus,
  }),
  'archive.list': procedure({
    kind: 'query',
    route: 'GET /archive/parts',
    role: 'admin',
    summary: 'Lists the files of the archive, oldest day first',
    input: z.object({}),
    output: z.array(ArchivePart),
  }),
  'archive.set': procedure({
    kind: 'command',
    route: 'PUT /archive',
    role: 'admin',
    summary:
      'Sets after how many days rows are archived, and whether the remote store has them too',
    input: ArchiveSettings,
    output: ArchiveStatus,
  }),
  'archive.run': procedure({
    kind: 'command',
    route: 'POST /archive/run',
    role: 'admin',
    summary: 'Archives rows of whole days (UTC) before a time; sums stay',
    input: z.object({
      /** Unix time in ms; at least 31 days ago */
      before: Time,
    }),
    output: ArchiveWork,
  }),
  'archive.check': procedure({
    kind: 'command',
    route: 'POST /archive/check',
    role: 'admin',
    summary: 'Reads every file of the archive and names those that are missing or changed',
    input: z.object({}),
    output: z.object({ files: z.number().int().nonnegative(), faults: z.array(ArchiveFault) }),
  }),
  'archive.restore': procedure({
    kind: 'command',
    route: 'POST /archive/restore',
    role: 'admin',
    summary:
      'Brings the archived rows of a time back, where they stay until they are archived again',
    input: z.object({
      /** Unix times in ms, `to` exclusive; every day (UTC) that they touch comes back whole */
      from: Time,
      to: Time,
    }),
    output: ArchiveWork,
  }),
};
