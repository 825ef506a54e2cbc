/**
 * The technical log: what the programs of the station said, and a bundle of all that helps whoever repairs it.
 */
import { z } from 'zod';
import { LogLevel } from './log-levels.ts';
import { procedure } from './procedure.ts';

export { LogLevel };

export const LogLine = z.object({
  /** Unix time in ms */
  at: z.number(),
  level: LogLevel,
  /** What happened, the kind of the line: always the same words for the same fact */
  fact: z.string(),
  /** The rest as JSON: ids of cameras, workers, alerts, incidents; codes and reasons */
  fields: z.string(),
});
export type LogLine = z.infer<typeof LogLine>;

export const logProcedures = {
  'log.list': procedure({
    kind: 'query',
    route: 'GET /logs',
    role: 'admin',
    summary: 'Lists lines of the technical log, newest first',
    input: z.object({
      /** The least level */
      level: LogLevel.default('info'),
      /** The fact, or a part of it */
      kind: z.string().max(200).optional(),
      /** Of one camera, worker, alert, inference or request: an id that a field of the line has */
      id: z.string().max(200).optional(),
      /** Somewhere in the line */
      text: z.string().max(200).optional(),
      /** Unix time in ms, inclusive */
      from: z.number().int().nonnegative().optional(),
      /** Exclusive; for the next page the time of the last line */
      to: z.number().int().nonnegative().optional(),
      limit: z.number().int().min(1).max(1000).default(200),
    }),
    output: z.object({
      lines: z.array(LogLine),
      /** Whether older lines were not looked at any more */
      hasMore: z.boolean(),
    }),
  }),
  'support.bundle': procedure({
    kind: 'query',
    route: 'GET /support-bundle',
    role: 'admin',
    summary:
      'Packs state, figures and log for whoever repairs the station: no password, no picture',
    input: z.object({}),
    output: z.object({
      name: z.string(),
      /** A .tar.gz in base64 */
      content: z.string(),
      files: z.array(z.object({ name: z.string(), bytes: z.number().int() })),
    }),
  }),
};
