/**
 * Backups: the whole station as one file, to go back to or to move to another PC.
 */
import { z } from 'zod';
import { procedure } from './procedure.ts';

const Hex64 = z.string().regex(/^[0-9a-f]{64}$/);

export const BackupFile = z.object({
  /** Within the data folder, with `/` */
  path: z.string(),
  bytes: z.number().int().nonnegative(),
  /** SHA-256, hex */
  digest: Hex64,
});
export type BackupFile = z.infer<typeof BackupFile>;

/** What stands first in a backup and describes the rest. */
export const BackupManifest = z.object({
  product: z.literal('tallywatch'),
  form: z.literal(1),
  /** The version that made it */
  version: z.string(),
  /** Unix time in ms */
  madeAt: z.number().int(),
  /** Number of the last migration of the database */
  databaseForm: z.number().int(),
  /** Whether the keys of passwords are in it, sealed with a passphrase */
  hasKeys: z.boolean(),
  files: z.array(BackupFile),
  /** SHA-256 of all of the above */
  digest: Hex64,
});
export type BackupManifest = z.infer<typeof BackupManifest>;

export const Backup = z.object({
  name: z.string(),
  /** Where it lies on the PC of the station */
  file: z.string(),
  bytes: z.number().int().nonnegative(),
  /** Unix time in ms */
  madeAt: z.number(),
});
export type Backup = z.infer<typeof Backup>;

const BackupName = z
  .string()
  .regex(/^tallywatch-[0-9TZ-]+\.twbackup$/, 'use a name from the list of backups');

export const backupProcedures = {
  'backup.list': procedure({
    kind: 'query',
    route: 'GET /backups',
    role: 'admin',
    summary: 'Lists the backups in the data folder, newest first',
    input: z.object({}),
    output: z.array(Backup),
  }),
  'backup.make': procedure({
    kind: 'command',
    route: 'POST /backups',
    role: 'admin',
    summary:
      'Writes database, models and settings as one file into the data folder; counting goes on',
    input: z.object({
      /** With it the keys of passwords go along, sealed; without it passwords must be entered again on another PC */
      passphrase: z
        .string()
        .min(12, 'use at least 12 characters')
        .max(200)
        .nullable()
        .default(null),
    }),
    output: Backup,
  }),
  'backup.remove': procedure({
    kind: 'command',
    route: 'DELETE /backups/{name}',
    role: 'admin',
    summary: 'Removes a backup from the data folder',
    input: z.object({ name: BackupName }),
    output: z.object({}),
  }),
};
