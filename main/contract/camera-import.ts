/**
 * Many cameras at once, from a table; and one more like one that is there.
 */
import { z } from 'zod';
import { Camera, CameraId } from './camera.ts';
import { procedure } from './procedure.ts';

/** Columns of the table. `name` and `source` must be there; what is left out is as for a camera added by hand. */
export const importColumns = ['name', 'source', 'fps', 'transport', 'loop', 'enabled'] as const;
export type ImportColumn = (typeof importColumns)[number];

/** What is wrong in a row, and what to do about it. */
export const ImportProblem = z.object({
  /** null where the whole row is meant */
  column: z.enum(importColumns).nullable(),
  message: z.string(),
});
export type ImportProblem = z.infer<typeof ImportProblem>;

export const ImportRow = z.object({
  /** Line of the file, from 1 */
  line: z.number().int().positive(),
  name: z.string(),
  /** Address with its password hidden */
  source: z.string(),
  /** Id of the camera that was added; null when none was */
  id: CameraId.nullable(),
  /** Empty when the row is right */
  problems: z.array(ImportProblem),
});
export type ImportRow = z.infer<typeof ImportRow>;

export const cameraImportProcedures = {
  'camera.import': procedure({
    kind: 'command',
    route: 'POST /cameras/import',
    role: 'admin',
    summary:
      'Checks a table of cameras, and adds those whose rows are right unless it is a dry run',
    input: z.object({
      /** The file: a row of column names, then a row for each camera, with commas, semicolons or tabs */
      csv: z.string().min(1).max(500_000),
      isDryRun: z.boolean().default(true),
    }),
    output: z.array(ImportRow),
  }),
  'camera.duplicate': procedure({
    kind: 'command',
    route: 'POST /cameras/{id}/duplicate',
    role: 'admin',
    summary:
      'Adds a camera like another one, password, lines, zones and masks included, switched off until its address is changed',
    input: z.object({ id: CameraId, name: z.string().trim().min(1).max(80) }),
    output: Camera,
  }),
};
